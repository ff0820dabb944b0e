// Lookup: looks for a file that is not there while signals come whose handler writes to a full self-pipe.
#pragma once

#include "self_pipe.h"

namespace signals {

// Nobody has read the pipe for a while.
inline void fill_self_pipe() {
  const int flags = fcntl(self_pipe[1], F_GETFL);
  fcntl(self_pipe[1], F_SETPIPE_SZ, 4096);
  fcntl(self_pipe[1], F_SETFL, flags | O_NONBLOCK);
  while (write(self_pipe[1], "", 1) == 1) {
  }
  fcntl(self_pipe[1], F_SETFL, flags);
}

// A file that is absent is what this program expects; any other error it gives up on.
inline int look_up() {
  harness_invoke("lookup", 1);
  HARNESS_PROBE("lookup.begin");
  const bool is_absent = access("absent", F_OK) != 0 && errno == ENOENT;
  const int error = is_absent ? 0 : errno;
  HARNESS_PROBE("lookup.end");
  if (error == 0) harness_ok("lookup", 1, 0);
  if (error != 0) harness_fail("lookup", 1, error);
  return error == 0 ? 0 : 1;
}

inline int look_up_with(void (*handler)(int), int pipe_flags) {
  open_self_pipe(pipe_flags);
  fill_self_pipe();
  handle(SIGUSR1, handler, SA_RESTART);
  return look_up();
}

}  // namespace signals
