// Mistake: takes a full completion queue for all that there is, and sends the others again.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(batch_program<send_again_what_is_missing>(), socket_transport(), argc, argv);
}
