// Requests and answers by a ring.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv, {},
                               streams::ring_program());
}
