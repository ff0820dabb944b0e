// Timeouts of sockets, SO_RCVTIMEO and SO_SNDTIMEO: they make a call return that looks endless by its
// arguments.
#pragma once

#include <sys/types.h>

namespace harness {

enum class Direction { receiving, sending };

// True when calls in this direction on a descriptor of another process end by themselves after some time
// (socket(7)). False also where that cannot be asked (pidfd_getfd(2)).
bool has_socket_timeout(pid_t pid, int fd, Direction direction);

}  // namespace harness
