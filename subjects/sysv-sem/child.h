// A holder that starts another process while it is inside.
#pragma once

#include <unistd.h>

#include "set.h"

namespace sysv_sem {

// The child has no undo of its own: fork(2) does not hand it on.
inline int give_in_the_parent(const Run& run) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return give_with_undo(run);
}

// In the child: the token is given, with an undo of the child's own, which is applied at its end.
inline int give_in_a_child(const Run& run) {
  const pid_t child = fork();
  if (child == 0) _exit(give_with_undo(run));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return 0;
}

}  // namespace sysv_sem
