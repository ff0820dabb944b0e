// A connected Unix stream socket; the reader listens at a path or an abstract name.
#pragma once

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "transport.h"

namespace unix_link {

inline int make_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

inline const sockaddr* address_of(const streams::Options& options) {
  return reinterpret_cast<const sockaddr*>(&options.over.local);
}

inline bool has_path(const streams::Options& options) { return options.over.local.sun_path[0] != '\0'; }

// Connects a socket. After EINTR nothing goes on in the background, unlike TCP: it is begun again
// (connect(2)).
inline int connect_again(int fd, const streams::Options& options) {
  for (;;) {
    if (connect(fd, address_of(options), options.over.local_length) == 0) return 0;
    if (errno != EINTR) return -1;
    HARNESS_PROBE("connect.interrupted");
  }
}

inline int connect_by(const streams::Options& options,
                      int (*connect_socket)(int fd, const streams::Options& options)) {
  const int fd = make_socket();
  if (fd < 0) return -1;
  streams::limit_socket(fd, options);
  if (connect_socket(fd, options) == 0) return fd;
  const int saved_errno = errno;
  close(fd);
  errno = saved_errno;
  return -1;
}

inline int connect_to(const streams::Options& options) { return connect_by(options, connect_again); }

inline int bind_once(int listener, const streams::Options& options) {
  return bind(listener, address_of(options), options.over.local_length);
}

// A path may fill its field to the last byte: then no NUL follows it.
inline void remove_name(const streams::Options& options) {
  char path[sizeof(options.over.local.sun_path) + 1] = {};
  memcpy(path, options.over.local.sun_path, sizeof(options.over.local.sun_path));
  if (has_path(options)) unlink(path);
}

// A lock goes with its holder, however that ends, while a name stays.
inline bool is_sole_server(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.lock", path);
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

// The name of a killed server stays and makes bind fail (unix(7)). It may be removed only when nobody listens
// there any more: removing a living server's name would leave that server alone with its old clients. An
// abstract name goes with its last descriptor, so there bind alone tells.
inline int bind_after_a_dead_one(int listener, const streams::Options& options) {
  if (!has_path(options)) return bind_once(listener, options);
  if (!is_sole_server(options)) {
    HARNESS_PROBE("name.taken");
    errno = EADDRINUSE;
    return -1;
  }
  remove_name(options);
  return bind_once(listener, options);
}

// Listens, by a name that `take_name` takes, and waits for one writer.
inline int listen_and_accept(const streams::Options& options,
                             int (*take_name)(int listener, const streams::Options& options)) {
  HARNESS_PROBE("name.wanted");
  const int listener = make_socket();
  if (listener < 0) return -1;
  streams::limit_socket(listener, options);
  if (take_name(listener, options) != 0 || listen(listener, options.backlog) != 0) return -1;
  HARNESS_PROBE("link.ready");
  const int fd = streams::accept_next(listener, options);
  close(listener);
  return fd;
}

inline int open_to_read(const streams::Options& options) {
  return listen_and_accept(options, bind_after_a_dead_one);
}

inline streams::Transport transport() {
  return {.open_to_write = connect_to, .open_to_read = open_to_read, .forget = remove_name};
}

}  // namespace unix_link
