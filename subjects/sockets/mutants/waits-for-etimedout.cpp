// Mistake: waits for ETIMEDOUT, where a timeout of a receive is EAGAIN.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/timeout.h"

int main(int argc, char** argv) {
  return streams::run(streams::waits_for_etimedout_program(), streams::socket_transport(), argc, argv);
}
