// Twice: the same signal for the process and for its thread, and two different ones. All is blocked
// meanwhile.
#pragma once

#include <sys/syscall.h>

#include "handling.h"

namespace signals {

inline void send_to_thread(int signal) { syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), signal); }

// One for the process and one for the thread are both delivered.
inline void ask_twice(void (*on_request)(int)) {
  handle(SIGUSR1, on_request);
  const sigset_t before = block(SIGUSR1);
  kill(getpid(), SIGUSR1);
  send_to_thread(SIGUSR1);
  HARNESS_PROBE("both.pending");
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

// Which of two is taken first: one that was sent to the process, and then a higher one to the thread.
inline int first_taken() {
  sigset_t wanted = only(SIGUSR1);
  sigaddset(&wanted, SIGUSR2);
  sigprocmask(SIG_BLOCK, &wanted, nullptr);
  kill(getpid(), SIGUSR1);
  send_to_thread(SIGUSR2);
  HARNESS_PROBE("both.pending");
  return sigwaitinfo(&wanted, nullptr);
}

}  // namespace signals
