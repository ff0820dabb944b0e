// Mistake: counts payload against the buffer's size, though each send is charged with its overhead.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::payload_credit_program(), streams::socket_transport(), argc, argv);
}
