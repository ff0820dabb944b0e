// Mistake: writes by the ring and leaves SIGPIPE as it is, which such a write raises.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::ring_raises_nothing_program(), streams::socket_transport(), argc, argv);
}
