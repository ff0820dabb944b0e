// A TCP connection over 127.0.0.1; the reader listens at a port that the kernel chooses and publishes it in
// DIRECTORY/port.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "../common/stream/transport.h"

namespace tcp_link {

inline sockaddr_in loopback(in_port_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = port;
  return address;
}

// A rename makes the file appear with its content; whoever finds it can use it.
inline bool publish_port(const streams::Options& options, in_port_t port) {
  char path[streams::kPathMax];
  char unfinished[streams::kPathMax];
  streams::path_of(options, "port", path);
  streams::path_of(options, "port.new", unfinished);
  FILE* file = fopen(unfinished, "we");
  if (file == nullptr) return false;
  const bool is_written = fprintf(file, "%d\n", ntohs(port)) > 0;
  return fclose(file) == 0 && is_written && rename(unfinished, path) == 0;
}

inline in_port_t published_port(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "port", path);
  FILE* file = fopen(path, "re");
  int port = 0;
  if (file == nullptr) return 0;
  if (fscanf(file, "%d", &port) != 1) port = 0;
  fclose(file);
  return htons(static_cast<uint16_t>(port));
}

inline int make_socket() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

// Without TCP_NODELAY small records wait for the answer to earlier ones (tcp(7)).
inline int open_to_write(const streams::Options& options) {
  const in_port_t port = published_port(options);
  const int fd = make_socket();
  if (port == 0 || fd < 0) return -1;
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  streams::limit_socket(fd, options);
  const sockaddr_in address = loopback(port);
  return streams::connect_fully(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? fd
                                                                                                       : -1;
}

inline bool bind_and_publish(int listener, const streams::Options& options) {
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof(address);
  return bind(listener, reinterpret_cast<const sockaddr*>(&address), length) == 0 &&
         listen(listener, 8) == 0 &&
         getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0 &&
         publish_port(options, address.sin_port);
}

inline int open_to_read(const streams::Options& options) {
  const int listener = make_socket();
  if (listener < 0) return -1;
  streams::limit_socket(listener, options);
  if (!bind_and_publish(listener, options)) return -1;
  HARNESS_PROBE("link.ready");
  const int fd = streams::accept_one(listener);
  close(listener);
  return fd;
}

inline void forget(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "port", path);
  unlink(path);
}

inline streams::Transport transport() {
  return {.open_to_write = open_to_write, .open_to_read = open_to_read, .forget = forget};
}

}  // namespace tcp_link
