// Mistake: takes a body that was cancelled, as its header came short, for the end of the stream.
#include "../../common/stream/ring_requests.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  using namespace streams;
  return run(chain_program<prepare_read, end_if_cancelled>(), pipe_link::transport(), argc, argv);
}
