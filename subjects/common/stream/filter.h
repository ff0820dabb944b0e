// A writer that leaves the sending to a program of the kind that shells put into pipelines: it writes to its
// standard output, never looks whether that worked, and relies on SIGPIPE to end it.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

namespace streams {

constexpr const char* kFilter = "filter";

inline int write_as_filter(int argc, char** argv, const Transport& transport) {
  Options options;
  if (!read_options(argc, argv, options)) return kNotOpened;
  const Program program = records_program();
  Run run{.program = program, .transport = transport, .options = options, .fd = STDOUT_FILENO};
  static unsigned char frame[kFrameMax];
  for (int id = options.first; id < options.first + options.records; ++id) {
    const size_t count = program.framing.encode(id, static_cast<size_t>(options.size), frame);
    HARNESS_PROBE("record.begin");
    harness_invoke("send", id);
    const ssize_t ignored = write(run.fd, frame, count);
    harness_ok("send", id, static_cast<int64_t>(ignored < 0 ? 0 : count));
  }
  return kDone;
}

// What of the signals the filter is started with.
using BeforeExec = void (*)();

inline void become_filter(int fd, char** argv, BeforeExec prepare_signals) {
  prepare_signals();
  argv[1] = const_cast<char*>(kFilter);
  if (dup2(fd, STDOUT_FILENO) == STDOUT_FILENO) execv("/proc/self/exe", argv);
  _exit(kNotOpened);
}

// As a shell tells it: 128 and the signal, or the exit status.
inline int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

inline int send_by_filter(const Transport& transport, const Options& options, char** argv,
                          BeforeExec prepare_signals) {
  const int fd = transport.open_to_write(options);
  const pid_t child = fd < 0 ? -1 : fork();
  if (child == 0) become_filter(fd, argv, prepare_signals);
  if (child < 0) return complain("the filter cannot be started\n");
  close(fd);
  const int64_t status = status_of(child);
  tell("filter", status);
  return status == 0 ? kDone : kCannotSend;
}

inline int run_filter(const Transport& transport, int argc, char** argv, BeforeExec prepare_signals) {
  if (argc > 1 && strcmp(argv[1], kFilter) == 0) return write_as_filter(argc, argv, transport);
  Options options;
  if (!read_options(argc, argv, options)) return kNotOpened;
  if (!is_writer(options)) return run(records_program(), transport, argc, argv);
  signal(SIGPIPE, SIG_IGN);  // for its own writes, as is usual
  return send_by_filter(transport, options, argv, prepare_signals);
}

inline void give_default_sigpipe() { signal(SIGPIPE, SIG_DFL); }

inline void leave_sigpipe_ignored() {}

}  // namespace streams
