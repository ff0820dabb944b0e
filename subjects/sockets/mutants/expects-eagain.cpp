// Mistake: answers when a receive in the ring says EAGAIN, which it never does.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               {.serve = streams::serve_until_eagain},
                               streams::ring_of_nonblocking_program());
}
