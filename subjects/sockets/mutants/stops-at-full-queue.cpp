// Mistake: looks at as many completions as the queue has places, and calls the rest failed.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(batch_program<give_up_what_is_missing>(), socket_transport(), argc, argv);
}
