// Worker: another program that a parent starts, and ends by SIGTERM. The parent itself takes SIGTERM in its
// own way, which the worker must not inherit.
#pragma once

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include "handling.h"

namespace signals {

// What the worker is: it ends by SIGTERM's default action, and says before that that it is there.
inline int work_until_terminated() {
  HARNESS_PROBE("worker.begun");
  if (write(STDERR_FILENO, "begun\n", 6) != 6) return 1;
  for (;;) pause();
}

// `prepare` makes the child fit for another program, between fork and execve.
inline int start_and_end_worker(void (*prepare)()) {
  int told[2];
  if (pipe2(told, O_CLOEXEC) != 0) return 2;
  const pid_t worker = fork();
  if (worker == 0) {
    prepare();
    dup2(told[1], STDERR_FILENO);
    execl("/proc/self/exe", "worker", "worker", nullptr);
    _exit(2);
  }
  close(told[1]);
  char text[6];
  if (read(told[0], text, sizeof text) != sizeof text) return 2;
  HARNESS_PROBE("worker.there");
  kill(worker, SIGTERM);
  int status = 0;
  waitpid(worker, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : 1;
}

inline bool is_worker(int argc, char** argv) { return argc == 2 && strcmp(argv[1], "worker") == 0; }

}  // namespace signals
