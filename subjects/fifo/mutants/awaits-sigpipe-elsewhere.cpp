// Mistake: leaves it to a thread of its own to wait for SIGPIPE, which goes to the thread that writes.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::awaits_sigpipe_elsewhere_program(), fifo_link::transport(), argc, argv);
}
