// Mistake: takes what the ring has sent for the whole.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::short_send_is_whole_program(), streams::socket_transport(), argc, argv);
}
