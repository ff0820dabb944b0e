// Reads header and body in one chain. A header that comes short breaks it, and the rest is read after it.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(chain_program<prepare_read, bytes_of>(), pipe_link::transport(), argc, argv);
}
