// Calls that do not block, and ppoll.
#include "../../common/stream/readiness.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::nonblocking_program(), fifo_link::transport(), argc, argv);
}
