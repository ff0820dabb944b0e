// Ways to connect other than a blocking call that is done when it returns.
#pragma once

#include <fcntl.h>

#include "socket_transport.h"

namespace streams {

// A transport that connects by these, and is as any other for the rest.
template <int (*connect_local)(int fd, const Options& options),
          int (*connect_tcp)(int fd, const sockaddr_in& server)>
Transport transport_that_connects_by() {
  Transport transport = socket_transport();
  transport.open_to_write = [](const Options& options) {
    return options.over.kind == Address::Kind::tcp ? tcp_link::connect_by(options, connect_tcp)
                                                   : unix_link::connect_by(options, connect_local);
  };
  return transport;
}

inline int connect_local(int fd, const Options& options) {
  return connect(fd, unix_link::address_of(options), options.over.local_length);
}

inline int connect_tcp(int fd, const sockaddr_in& server) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof(server));
}

// --- without blocking

template <typename Connect>
int without_blocking(int fd, const Connect& connect_once) {
  const int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  const int result = connect_once();
  const int saved_errno = errno;
  fcntl(fd, F_SETFL, flags);
  errno = saved_errno;
  return result;
}

// A Unix socket whose server has a full backlog says EAGAIN: nothing is under way, and nothing can be waited
// for but in a blocking connect (connect(2)).
inline int connect_local_at_once(int fd, const Options& options) {
  const int result = without_blocking(fd, [&] { return connect_local(fd, options); });
  if (result == 0 || errno != EAGAIN) return result;
  HARNESS_PROBE("backlog.full");
  return unix_link::connect_again(fd, options);
}

// TCP says EINPROGRESS, and the end of that is waited for.
inline int connect_tcp_at_once(int fd, const sockaddr_in& server) {
  const int result = without_blocking(fd, [&] { return connect_tcp(fd, server); });
  if (result == 0 || errno != EINPROGRESS) return result;
  HARNESS_PROBE("backlog.full");
  return tcp_link::wait_until_connected(fd);
}

// --- after a signal

// What a second connect says, at once: EALREADY as long as the first goes on in the background (connect(2)).
inline int connect_interrupted(int fd, const sockaddr_in& server) {
  if (connect_tcp(fd, server) == 0) return 0;
  if (errno != EINTR) return -1;
  const int result = without_blocking(fd, [&] { return connect_tcp(fd, server); });
  const int error = result == 0 ? 0 : errno;
  tell("again", error);
  HARNESS_PROBE("connect.again");
  errno = error;
  return result;
}

inline int connect_and_ask_again(int fd, const sockaddr_in& server) {
  if (connect_interrupted(fd, server) == 0 || errno == EISCONN) return 0;
  return errno == EALREADY ? tcp_link::wait_until_connected(fd) : -1;
}

}  // namespace streams
