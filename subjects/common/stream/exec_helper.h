// A writer whose helper is a program of its own: PROGRAM helper --at DIRECTORY, which lives until the reader
// has done all its work. Descriptors pass through exec unless they are close-on-exec (execve(2)).
#pragma once

#include "helper.h"
#include "run.h"

namespace streams {

inline bool set_close_on_exec(int fd, bool is_wanted) {
  return fcntl(fd, F_SETFD, is_wanted ? FD_CLOEXEC : 0) == 0;
}

inline bool execute_helper(Run& run, bool is_link_kept_from_it) {
  if (!is_writer(run.options)) return true;
  if (!set_close_on_exec(run.fd, is_link_kept_from_it)) return false;
  const pid_t helper = fork();
  if (helper != 0) return helper > 0;
  execl("/proc/self/exe", "helper", "helper", "--at", run.options.directory, static_cast<char*>(nullptr));
  _exit(1);
}

// The link may have been given to us over an exec, and then has no FD_CLOEXEC yet.
inline bool execute_helper_without_link(Run& run) { return execute_helper(run, true); }

inline Program exec_helper_program() {
  Program program = records_program();
  program.begin = hold_lock_while_reading;
  program.prepare = execute_helper_without_link;
  return program;
}

// Mistake: the link is not close-on-exec, so that the helper has it too and knows nothing of it.
inline bool execute_helper_with_link(Run& run) { return execute_helper(run, false); }

inline Program link_survives_exec_program() {
  Program program = exec_helper_program();
  program.prepare = execute_helper_with_link;
  return program;
}

inline int run_with_helper(const Program& program, const Transport& transport, int argc, char** argv) {
  Options options;
  if (read_options(argc, argv, options) && strcmp(options.role, "helper") == 0)
    return lock_whole(open_lock(options)) ? kDone : kNotOpened;
  return run(program, transport, argc, argv);
}

}  // namespace streams
