// Handling: the few calls of which every program here is made.
#pragma once

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/probe.h"

namespace signals {

// What a handler may touch (signal-safety(7)).
inline volatile sig_atomic_t was_told = 0;

inline void take_note(int) { was_told = 1; }

inline void handle(int signal, void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

inline sigset_t only(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  return set;
}

// Returns the mask from before, which a waiting call puts back for as long as it waits.
inline sigset_t block(int signal) {
  const sigset_t set = only(signal);
  sigset_t before;
  sigprocmask(SIG_BLOCK, &set, &before);
  return before;
}

inline void wait_for_children() {
  while (wait(nullptr) > 0 || errno == EINTR) {
  }
}

// With the argument told-by-child: a child of the program sends it SIGUSR1, whenever that comes. Whoever ends
// first, none is left behind.
inline void start_teller(int argc, char** argv) {
  if (argc < 2 || strcmp(argv[1], "told-by-child") != 0) return;
  const pid_t parent = getpid();
  if (fork() != 0) {
    (void)atexit(wait_for_children);
    return;
  }
  HARNESS_PROBE("tell.now");
  kill(parent, SIGUSR1);
  HARNESS_PROBE("told");
  _exit(0);
}

}  // namespace signals
