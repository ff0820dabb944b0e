// Handling: the few calls of which every program here is made.
#pragma once

#include <signal.h>
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

}  // namespace signals
