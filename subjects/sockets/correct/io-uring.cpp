// Receives and sends by a ring.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::ring_program(), streams::socket_transport(), argc, argv);
}
