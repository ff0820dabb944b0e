// Mistake: reads before a writer has come, and takes the 0 that it gets for the end of the stream.
#include "../../common/stream/run.h"
#include "../opening.h"

int main(int argc, char** argv) {
  return streams::run(streams::nonblocking_program(), fifo_link::transport_at_once(), argc, argv);
}
