// A reader that a signal tells to stop, which then cancels its receive in the ring.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::ring_stoppable_program(), streams::socket_transport(), argc, argv);
}
