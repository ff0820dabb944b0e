// A TCP connection. The reader listens at a port, or where that is 0 at one that the kernel chooses and that
// it publishes in DIRECTORY/port.
#pragma once

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "transport.h"

namespace tcp_link {

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

inline void switch_on(int fd, int level, int option) {
  const int yes = 1;
  setsockopt(fd, level, option, &yes, sizeof(yes));
}

// --- connecting

// An interrupted connect goes on in the background (connect(2)): it is waited for, not begun again.
inline int wait_until_connected(int fd) {
  pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
  while (ppoll(&waiting, 1, nullptr, nullptr) < 0) {
    if (errno != EINTR) return -1;
  }
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0 ? 0 : -1;
}

inline int connect_fully(int fd, const sockaddr_in& server) {
  if (connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof(server)) == 0) return 0;
  if (errno != EINTR) return -1;
  HARNESS_PROBE("connect.interrupted");
  return wait_until_connected(fd);
}

// Where nobody listens, and the kernel chooses just that port for the client itself, both its ends are one
// socket: TCP's simultaneous open.
inline bool is_connected_to_itself(int fd) {
  sockaddr_in own{};
  sockaddr_in other{};
  socklen_t own_length = sizeof(own);
  socklen_t other_length = sizeof(other);
  return getsockname(fd, reinterpret_cast<sockaddr*>(&own), &own_length) == 0 &&
         getpeername(fd, reinterpret_cast<sockaddr*>(&other), &other_length) == 0 &&
         own.sin_port == other.sin_port && own.sin_addr.s_addr == other.sin_addr.s_addr;
}

// A reset leaves nothing behind; an orderly end would keep the port from the server for a while (TIME_WAIT).
inline void close_by_reset(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(fd);
}

inline int finish_connecting(int fd) {
  if (!is_connected_to_itself(fd)) return fd;
  close_by_reset(fd);
  errno = ECONNREFUSED;
  return -1;
}

// Without TCP_NODELAY small records wait for the answer to earlier ones (tcp(7)). `connect_socket` connects;
// `finish` gives the connected socket, or closes it and gives -1.
inline int connect_by(const streams::Options& options,
                      int (*connect_socket)(int fd, const sockaddr_in& server),
                      int (*finish)(int fd) = finish_connecting) {
  sockaddr_in server = options.over.tcp;
  if (server.sin_port == 0) server.sin_port = published_port(options);
  const int fd = make_socket();
  if (server.sin_port == 0 || fd < 0) return -1;
  switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
  streams::limit_socket(fd, options);
  if (connect_socket(fd, server) == 0) return finish(fd);
  const int saved_errno = errno;
  close(fd);
  errno = saved_errno;
  return -1;
}

inline int open_to_write(const streams::Options& options) { return connect_by(options, connect_fully); }

// --- listening

// Connections of a server that has ended may keep its port for a minute, unless both it and its successor
// have said SO_REUSEADDR (socket(7)); those that are accepted inherit it.
inline int bind_for_reuse(int listener, const sockaddr_in& own) {
  switch_on(listener, SOL_SOCKET, SO_REUSEADDR);
  return bind(listener, reinterpret_cast<const sockaddr*>(&own), sizeof(own));
}

inline bool publish(int listener, const streams::Options& options) {
  sockaddr_in own{};
  socklen_t length = sizeof(own);
  if (options.over.tcp.sin_port != 0) return true;
  return getsockname(listener, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
         publish_port(options, own.sin_port);
}

inline int listen_and_accept(const streams::Options& options,
                             int (*take_port)(int listener, const sockaddr_in& own)) {
  HARNESS_PROBE("name.wanted");
  const int listener = make_socket();
  if (listener < 0) return -1;
  streams::limit_socket(listener, options);
  const bool is_listening = take_port(listener, options.over.tcp) == 0 &&
                            listen(listener, options.backlog) == 0 && publish(listener, options);
  if (!is_listening) return -1;
  HARNESS_PROBE("link.ready");
  const int fd = streams::accept_next(listener, options);
  close(listener);
  return fd;
}

inline int open_to_read(const streams::Options& options) {
  return listen_and_accept(options, bind_for_reuse);
}

inline void forget(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "port", path);
  if (options.over.tcp.sin_port == 0) unlink(path);
}

inline streams::Transport transport() {
  return {.open_to_write = open_to_write, .open_to_read = open_to_read, .forget = forget};
}

}  // namespace tcp_link
