// main() of every stream program: opens the link, sends or receives, closes it.
#pragma once

#include "program.h"

namespace streams {

inline int work_as_writer(Run& run) {
  HARNESS_PROBE("link.wanted");
  run.fd = run.transport.open_to_write(run.options);
  if (run.fd < 0 || !run.program.prepare(run)) return complain("the link cannot be opened for writing\n");
  HARNESS_PROBE("link.open");
  const int status = send_all(run);
  HARNESS_PROBE("link.closing");
  close(run.fd);
  return status;
}

inline int work_as_reader(Run& run) {
  harness_observe("reading", 0, nullptr);
  run.fd = run.transport.open_to_read(run.options);
  if (run.fd < 0 || !run.program.prepare(run)) return complain("the link cannot be opened for reading\n");
  HARNESS_PROBE("link.open");
  const int status = run.program.receive_all(run);
  close(run.fd);
  run.transport.forget(run.options);
  return status;
}

// Comes, sends nothing, and waits until it is sent away.
inline int work_as_caller(Run& run) {
  unsigned char byte = 0;
  run.fd = run.transport.open_to_write(run.options);
  if (run.fd < 0) return complain("the link cannot be opened by a caller\n");
  HARNESS_PROBE("link.open");
  while (read(run.fd, &byte, 1) < 0 && errno == EINTR) {
  }
  close(run.fd);
  return kDone;
}

inline int run(const Program& program, const Transport& transport, int argc, char** argv) {
  Options options;
  const bool is_caller = argc > 1 && strcmp(argv[1], "caller") == 0;
  const bool is_understood =
      read_options(argc, argv, options) && (is_writer(options) || is_reader(options) || is_caller);
  if (!is_understood) {
    return complain(
        "usage: writer|reader|caller --at DIRECTORY [--over ADDRESS] [--records N] [--size BYTES] [--first "
        "ID] "
        "[--buffer BYTES] [--patience MS] [--backlog N] [--turn-away N]\n");
  }
  if (!has_what_it_needs(transport, options)) return kNotOpened;
  Run one{.program = program, .transport = transport, .options = options};
  if (!program.begin(one)) return kNotOpened;
  if (is_caller) return work_as_caller(one);
  return is_writer(options) ? work_as_writer(one) : work_as_reader(one);
}

}  // namespace streams
