#include "os/socket_timeouts.h"

#include <sys/socket.h>
#include <sys/time.h>

#include "os/descriptors.h"

namespace harness {

bool has_socket_timeout(pid_t pid, int fd, Direction direction) {
  const Fd copy = copy_descriptor(pid, fd);
  if (!copy.is_open()) return false;
  timeval limit{};
  socklen_t size = sizeof(limit);
  const int option = direction == Direction::receiving ? SO_RCVTIMEO : SO_SNDTIMEO;
  const bool is_socket = ::getsockopt(copy.get(), SOL_SOCKET, option, &limit, &size) == 0;
  return is_socket && (limit.tv_sec != 0 || limit.tv_usec != 0);
}

}  // namespace harness
