// A writer that leaves a helper behind: it is forked while the link is open, and lives until the reader has
// done all its work. The reader holds a lock on DIRECTORY/reading for as long as it works, and the helper
// waits for that.
#pragma once

#include <sys/file.h>
#include <sys/wait.h>

#include "program.h"

namespace streams {

inline int open_lock(const Options& options) {
  char path[kPathMax];
  path_of(options, "reading", path);
  return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

inline bool lock_whole(int fd) {
  while (flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

// The reader's lock is let go when it ends, however it ends: only this descriptor holds it.
inline bool hold_lock_while_reading(Run& run) {
  if (!handle_signals(run)) return false;
  return is_writer(run.options) || lock_whole(open_lock(run.options));
}

// Forks the helper. `let_go` is what the helper does with the link that it inherits.
inline bool start_helper(Run& run, void (*let_go)(int fd)) {
  if (!is_writer(run.options)) return true;
  const pid_t helper = fork();
  if (helper != 0) return helper > 0;
  let_go(run.fd);
  _exit(lock_whole(open_lock(run.options)) ? 0 : 1);
}

inline void close_link(int fd) { close(fd); }

// The helper has no use for the link, so it closes its copy: else the reader would wait for its end
// (pipe(7)).
inline bool start_helper_without_link(Run& run) { return start_helper(run, close_link); }

inline Program helper_program() {
  Program program = records_program();
  program.begin = hold_lock_while_reading;
  program.prepare = start_helper_without_link;
  return program;
}

}  // namespace streams
