// Where the two ends of a link of sockets meet:  unix://PATH, unix://@NAME (an abstract name),
// tcp://HOST:PORT, or fd://NUMBER, a connected socket that the program is started with.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace streams {

struct Address {
  enum class Kind { none, local, tcp, given };

  Kind kind = Kind::none;
  sockaddr_un local{};
  socklen_t local_length = 0;  // every byte of it is a part of an abstract name (unix(7))
  sockaddr_in tcp{};
  int fd = -1;
};

// A number from `least` to `most` and nothing else, or -1.
inline int whole_number(const char* text, int least, int most) {
  char* end = nullptr;
  const long number = strtol(text, &end, 10);
  const bool is_number = *text >= '0' && *text <= '9' && *end == '\0';
  return is_number && number >= least && number <= most ? static_cast<int>(number) : -1;
}

// A path of exactly 108 bytes has no room for a NUL, and is valid (unix(7)).
inline const char* read_local(const char* text, Address& address) {
  const size_t length = strlen(text);
  const bool is_abstract = text[0] == '@';
  if (length == (is_abstract ? 1U : 0U)) return "has no name; write unix://PATH or unix://@NAME";
  if (length > sizeof(address.local.sun_path)) return "is longer than the 108 bytes of a Unix address";
  address.kind = Address::Kind::local;
  address.local.sun_family = AF_UNIX;
  memcpy(address.local.sun_path, text, length);
  if (is_abstract) address.local.sun_path[0] = '\0';
  const bool has_nul = !is_abstract && length < sizeof(address.local.sun_path);
  address.local_length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length + (has_nul ? 1 : 0));
  return nullptr;
}

inline const char* read_tcp(const char* text, Address& address) {
  const char* colon = strrchr(text, ':');
  char host[64] = {};
  const size_t length = colon == nullptr ? 0 : static_cast<size_t>(colon - text);
  if (length == 0 || length >= sizeof(host)) return "has no host and port; write tcp://127.0.0.1:PORT";
  memcpy(host, text, length);
  const int port = whole_number(colon + 1, 0, 65535);
  if (port < 0) return "has a port that is no number from 0 to 65535";
  const char* number = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
  if (inet_pton(AF_INET, number, &address.tcp.sin_addr) != 1) return "has a host that is no IPv4 address";
  address.kind = Address::Kind::tcp;
  address.tcp.sin_family = AF_INET;
  address.tcp.sin_port = htons(static_cast<uint16_t>(port));
  return nullptr;
}

inline const char* read_given(const char* text, Address& address) {
  address.fd = whole_number(text, 0, 1023);
  address.kind = Address::Kind::given;
  return address.fd < 0 ? "names no descriptor; write fd://NUMBER" : nullptr;
}

// Reads an address; what is wrong with it, or nullptr.
inline const char* read_address(const char* text, Address& address) {
  if (strncmp(text, "unix://", 7) == 0) return read_local(text + 7, address);
  if (strncmp(text, "tcp://", 6) == 0) return read_tcp(text + 6, address);
  if (strncmp(text, "fd://", 5) == 0) return read_given(text + 5, address);
  return "is no address; write unix://PATH, unix://@NAME or tcp://HOST:PORT";
}

}  // namespace streams
