// Reads and writes by a ring.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::ring_of_pipes_program(), fifo_link::transport(), argc, argv);
}
