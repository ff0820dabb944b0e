// Handled: a program does its work while one signal comes, whose handler does something in its own way.
#pragma once

#include <signal.h>
#include <unistd.h>

#include "probe/probe.h"

namespace signal_safety {

inline volatile sig_atomic_t was_handled = 0;

inline void install(int signal, void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

// The fault's signal comes at the probe.
inline void work() { HARNESS_PROBE("work"); }

inline int work_with(void (*handler)(int)) {
  install(SIGUSR1, handler);
  work();
  return was_handled != 0 ? 0 : 1;
}

}  // namespace signal_safety
