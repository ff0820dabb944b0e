// Mistake: believes that a receive that comes short breaks its chain, as a read does.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(chain_program<prepare_receive, whole_unless_cancelled>(), socket_transport(), argc, argv);
}
