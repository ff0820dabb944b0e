// Mistake: does not look whether the receive in the ring is still armed.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::one_shot_multishot_program(), streams::socket_transport(), argc, argv);
}
