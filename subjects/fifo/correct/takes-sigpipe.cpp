// Blocks SIGPIPE in the thread that writes, and takes it away when a write says EPIPE.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::takes_sigpipe_program(), fifo_link::transport(), argc, argv);
}
