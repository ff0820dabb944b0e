// Children: a parent that starts some and waits for their ends by SIGCHLD.
#pragma once

#include <sys/wait.h>

#include "handling.h"

namespace signals {

constexpr int kChildren = 4;

// SIGCHLD is blocked but while the parent waits. `reap` takes what a signal stands for: how many children.
inline int start_and_reap(int (*reap)()) {
  handle(SIGCHLD, take_note, SA_RESTART);
  const sigset_t before = block(SIGCHLD);
  for (int i = 0; i < kChildren; ++i) {
    if (fork() == 0) _exit(0);
  }
  HARNESS_PROBE("children.started");
  for (int reaped = 0; reaped < kChildren;) {
    was_told = 0;
    while (was_told == 0) sigsuspend(&before);
    reaped += reap();
  }
  return 0;
}

}  // namespace signals
