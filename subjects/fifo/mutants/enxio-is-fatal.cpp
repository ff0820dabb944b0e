// Mistake: takes ENXIO, which means that no reader has come yet, for a broken link.
#include "../../common/stream/run.h"
#include "../opening.h"

int main(int argc, char** argv) {
  streams::Transport transport = fifo_link::transport_at_once();
  transport.open_to_write = fifo_link::open_or_give_up;
  return streams::run(fifo_link::waiting_program(), transport, argc, argv);
}
