// Mistake: takes a receive in the ring that has ended for the end of the stream.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::disarmed_is_end_program(), streams::socket_transport(), argc, argv);
}
