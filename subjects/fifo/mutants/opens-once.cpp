// Mistake: opens the FIFO without looking for EINTR, so that a signal during the wait is the end of it.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../transport.h"

namespace {

int open_once(const streams::Options& options, int flags) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.fifo", path);
  return open(path, flags | O_CLOEXEC);
}

int open_to_write_once(const streams::Options& options) { return open_once(options, O_WRONLY); }

int open_to_read_once(const streams::Options& options) {
  if (!fifo_link::make(options)) return -1;
  HARNESS_PROBE("link.ready");
  return open_once(options, O_RDONLY);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = fifo_link::transport();
  transport.open_to_write = open_to_write_once;
  transport.open_to_read = open_to_read_once;
  return streams::run(streams::records_program(), transport, argc, argv);
}
