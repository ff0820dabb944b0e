// Mistake: the reader opens the FIFO for writing too, so that it is a writer itself and never sees the end
// (fifo(7)).
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../transport.h"

namespace {

int open_read_write(const streams::Options& options) {
  if (!fifo_link::make(options)) return -1;
  HARNESS_PROBE("link.ready");
  return fifo_link::open_fully(options, O_RDWR);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = fifo_link::transport();
  transport.open_to_read = open_read_write;
  return streams::run(streams::records_program(), transport, argc, argv);
}
