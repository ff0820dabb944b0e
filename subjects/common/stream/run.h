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

inline int run(const Program& program, const Transport& transport, int argc, char** argv) {
  Options options;
  const bool is_understood = read_options(argc, argv, options) && (is_writer(options) || is_reader(options));
  if (!is_understood) {
    return complain(
        "usage: writer|reader --at DIRECTORY [--records N] [--size BYTES] [--first ID] [--buffer BYTES] "
        "[--patience MS]\n");
  }
  Run one{.program = program, .transport = transport, .options = options};
  if (!program.begin(one)) return kNotOpened;
  return is_writer(options) ? work_as_writer(one) : work_as_reader(one);
}

}  // namespace streams
