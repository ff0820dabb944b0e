// A participant that forks a helper while it is inside, as one does to write out a snapshot.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "program.h"

namespace shm_mutex {

// Forks a helper that does `work`, and waits for it, inside the lock all the while. False when it was not
// forked or says, by its exit status, that something is wrong.
inline bool work_in_a_helper(const Run& run, bool (*work)(const Run& run)) {
  const pid_t helper = fork();
  if (helper < 0) return false;
  if (helper == 0) _exit(work(run) ? 0 : 1);
  int status = 0;
  while (waitpid(helper, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// The work of a snapshot: to read what the parent's lock protects.
inline bool fields_are_equal(const Run& run) {
  for (int64_t field : run.record.fields) {
    if (field != run.record.fields[0]) return false;
  }
  return true;
}

}  // namespace shm_mutex
