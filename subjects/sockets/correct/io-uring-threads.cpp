// Each receive is made by a thread of its own, which lives until it is complete.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(ring_of_threads_program<receive_by_waiting_thread>(), socket_transport(), argc, argv);
}
