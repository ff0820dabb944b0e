// The self-pipe: a handler turns a signal into a byte that a loop can wait for.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "handling.h"

namespace signals {

inline int self_pipe[2] = {-1, -1};

// Neither end may block: a full pipe would hold the handler for ever, and an empty one the loop.
inline void open_self_pipe(int flags = O_NONBLOCK) { (void)pipe2(self_pipe, O_CLOEXEC | flags); }

// A full pipe says all that there is to say. What interrupted code reads in errno must not be the handler's.
inline void wake_by_pipe(int) {
  const int saved = errno;
  (void)!write(self_pipe[1], "", 1);
  errno = saved;
}

// Waits until the pipe has something, and empties it.
inline void wait_for_byte() {
  pollfd end{self_pipe[0], POLLIN, 0};
  while (ppoll(&end, 1, nullptr, nullptr) != 1) {
  }
  char bytes[256];
  while (read(self_pipe[0], bytes, sizeof bytes) > 0) {
  }
}

}  // namespace signals
