// Mistake: closes the descriptor, and takes the receive in the ring for cancelled.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::close_is_cancel_program(), streams::socket_transport(), argc, argv);
}
