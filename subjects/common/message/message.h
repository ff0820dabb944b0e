// What travels: messages, each with an id, a payload that follows from the id, and a checksum.
#pragma once

#include <cstdint>
#include <cstring>

#include "../stream/record.h"
#include "options.h"

namespace messages {

struct Header {
  uint32_t length;  // of the payload
  uint32_t id;
  uint64_t checksum;  // of the payload, begun with the id
};

constexpr size_t kMessageMax = kSizeMax + sizeof(Header);

inline size_t bytes_of(const Options& options) { return sizeof(Header) + static_cast<size_t>(options.size); }

// Writes the message with this id; returns its bytes.
inline size_t encode(int64_t id, size_t size, unsigned char* message) {
  unsigned char* payload = message + sizeof(Header);
  streams::fill_payload(id, size, payload);
  const Header header{static_cast<uint32_t>(size), static_cast<uint32_t>(id),
                      streams::checksum(id, payload, size)};
  memcpy(message, &header, sizeof(header));
  return sizeof(header) + size;
}

inline int64_t id_of(const unsigned char* message, size_t count) {
  Header header{};
  if (count >= sizeof(header)) memcpy(&header, message, sizeof(header));
  return header.id;
}

inline size_t whole_length(const unsigned char* message, size_t count) {
  Header header{};
  if (count < sizeof(header)) return sizeof(header);
  memcpy(&header, message, sizeof(header));
  return sizeof(header) + header.length;
}

inline bool is_as_sent(const unsigned char* message, size_t count) {
  Header header{};
  if (count < sizeof(header) || whole_length(message, count) != count) return false;
  memcpy(&header, message, sizeof(header));
  return streams::checksum(header.id, message + sizeof(header), header.length) == header.checksum;
}

}  // namespace messages
