// Mistake: a thread makes the receive and ends, and what comes of it is taken as it is.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(ring_of_threads_program<receive_by_ended_thread>(), socket_transport(), argc, argv);
}
