// Sends all, and looks at completions only then. What the queue did not hold comes as well.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(batch_program<await_all>(), socket_transport(), argc, argv);
}
