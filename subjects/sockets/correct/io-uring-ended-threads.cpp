// Each receive is made by a thread that ends, and made again when it is cancelled for that.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(ring_of_threads_program<receive_again_if_cancelled>(), socket_transport(), argc, argv);
}
