// A server that leaves each connection to a child: here one.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include "../common/stream/socket_transport.h"

namespace unix_link {

// Only the child returns; the server waits for it, and ends.
inline int leave_to_a_child(int connection) {
  const pid_t child = fork();
  if (child == 0) return connection;
  close(connection);
  HARNESS_PROBE("child.serving");
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  _exit(child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 2);
}

}  // namespace unix_link
