// A connected Unix stream socket; the reader listens at DIRECTORY/link.socket.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../common/stream/transport.h"

namespace unix_link {

inline sockaddr_un address_of(const streams::Options& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path, sizeof(address.sun_path), "%s/link.socket", options.directory);
  return address;
}

inline int make_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

inline int connect_to(const streams::Options& options) {
  const int fd = make_socket();
  if (fd < 0) return -1;
  streams::limit_socket(fd, options);
  const sockaddr_un address = address_of(options);
  if (streams::connect_fully(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    return fd;
  const int saved_errno = errno;
  close(fd);
  errno = saved_errno;
  return -1;
}

inline int bind_once(int listener, const streams::Options& options) {
  const sockaddr_un address = address_of(options);
  return bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

// The name of a killed server stays and makes bind fail (unix(7)). It may be removed only when nobody listens
// there any more: removing a living server's name would leave that server alone with its old clients.
inline int bind_after_a_dead_one(int listener, const streams::Options& options) {
  if (bind_once(listener, options) == 0) return 0;
  if (errno != EADDRINUSE) return -1;
  HARNESS_PROBE("name.taken");
  const int living = connect_to(options);
  if (living >= 0) close(living);
  if (living >= 0 || errno != ECONNREFUSED) {
    errno = EADDRINUSE;
    return -1;
  }
  unlink(address_of(options).sun_path);
  return bind_once(listener, options);
}

// Listens, by a name that `take_name` takes, and waits for one writer.
inline int listen_and_accept(const streams::Options& options,
                             int (*take_name)(int listener, const streams::Options& options)) {
  HARNESS_PROBE("name.wanted");
  const int listener = make_socket();
  if (listener < 0) return -1;
  streams::limit_socket(listener, options);
  if (take_name(listener, options) != 0 || listen(listener, 8) != 0) return -1;
  HARNESS_PROBE("link.ready");
  const int fd = streams::accept_one(listener);
  close(listener);
  return fd;
}

inline int open_to_read(const streams::Options& options) {
  return listen_and_accept(options, bind_after_a_dead_one);
}

inline void forget(const streams::Options& options) { unlink(address_of(options).sun_path); }

inline streams::Transport transport() {
  return {.open_to_write = connect_to, .open_to_read = open_to_read, .forget = forget};
}

}  // namespace unix_link
