// What travels: records, each with an id, a payload that follows from the id, and a checksum; and the two
// ways to tell where one ends.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "options.h"

namespace streams {

struct Header {
  uint32_t length;  // of the payload
  uint32_t id;
  uint64_t checksum;  // of the payload, begun with the id
};

constexpr size_t kFrameMax = kSizeMax + 64;

// What the bytes at the beginning of a buffer are.
struct Parsed {
  enum class State { incomplete, whole, broken };

  State state = State::incomplete;
  size_t length = 0;  // of the frame; of an incomplete one what is known of it
  int64_t id = 0;
};

// How records are told from one another.
struct Framing {
  // Writes the record with this id and so many bytes of payload; returns the bytes of the whole frame.
  size_t (*encode)(int64_t id, size_t size, unsigned char* frame);
  Parsed (*parse)(const unsigned char* bytes, size_t count);
};

// FNV-1a: what a truncated, torn or shifted record fails by.
inline uint64_t checksum(int64_t id, const unsigned char* bytes, size_t count) {
  uint64_t sum = 14695981039346656037ULL ^ static_cast<uint64_t>(id);
  for (size_t i = 0; i < count; ++i) sum = (sum ^ bytes[i]) * 1099511628211ULL;
  return sum;
}

// Small letters, so that a payload never looks like the end of a line.
inline void fill_payload(int64_t id, size_t size, unsigned char* payload) {
  for (size_t i = 0; i < size; ++i)
    payload[i] = static_cast<unsigned char>('a' + (id * 7 + static_cast<int64_t>(i)) % 26);
}

// --- a header with the length, then the payload

inline size_t encode_record(int64_t id, size_t size, unsigned char* frame) {
  unsigned char* payload = frame + sizeof(Header);
  fill_payload(id, size, payload);
  const Header header{static_cast<uint32_t>(size), static_cast<uint32_t>(id), checksum(id, payload, size)};
  memcpy(frame, &header, sizeof(header));
  return sizeof(header) + size;
}

inline Parsed parse_record(const unsigned char* bytes, size_t count) {
  Header header;
  if (count < sizeof(header)) return {.length = sizeof(header)};
  memcpy(&header, bytes, sizeof(header));
  Parsed parsed{.length = sizeof(header) + header.length, .id = header.id};
  if (header.length > kSizeMax) return {.state = Parsed::State::broken, .id = header.id};
  if (count < parsed.length) return parsed;
  const bool is_good = checksum(header.id, bytes + sizeof(header), header.length) == header.checksum;
  parsed.state = is_good ? Parsed::State::whole : Parsed::State::broken;
  return parsed;
}

// --- a line of text: "ID CHECKSUM PAYLOAD\n"

inline size_t encode_line(int64_t id, size_t size, unsigned char* frame) {
  static unsigned char payload[kSizeMax];
  fill_payload(id, size, payload);
  const int count = snprintf(reinterpret_cast<char*>(frame), 48, "%lld %016llx ", static_cast<long long>(id),
                             static_cast<unsigned long long>(checksum(id, payload, size)));
  memcpy(frame + count, payload, size);
  frame[static_cast<size_t>(count) + size] = '\n';
  return static_cast<size_t>(count) + size + 1;
}

inline Parsed parse_line(const unsigned char* bytes, size_t count) {
  const void* end = memchr(bytes, '\n', count);
  if (end == nullptr) return {.length = count + 1};
  const size_t length = static_cast<size_t>(static_cast<const unsigned char*>(end) - bytes);
  char text[48] = {};
  memcpy(text, bytes, length < sizeof(text) - 1 ? length : sizeof(text) - 1);
  long long id = 0;
  unsigned long long sum = 0;
  int begin = 0;
  const bool is_line = sscanf(text, "%lld %llx %n", &id, &sum, &begin) == 2 && begin > 0;
  const auto payload = static_cast<size_t>(begin);
  const bool is_good = is_line && payload < length && checksum(id, bytes + payload, length - payload) == sum;
  return {.state = is_good ? Parsed::State::whole : Parsed::State::broken, .length = length + 1, .id = id};
}

constexpr Framing kRecords{.encode = encode_record, .parse = parse_record};
constexpr Framing kLines{.encode = encode_line, .parse = parse_line};

}  // namespace streams
