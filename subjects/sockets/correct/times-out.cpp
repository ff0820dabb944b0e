// A reader whose receives have a timeout (SO_RCVTIMEO), and asks again.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/timeout.h"

int main(int argc, char** argv) {
  return streams::run(streams::times_out_program(), streams::socket_transport(), argc, argv);
}
