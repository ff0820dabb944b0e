// Receives header and body in one chain, both as a whole (MSG_WAITALL).
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(chain_program<prepare_whole_receive, bytes_of>(), socket_transport(), argc, argv);
}
