// A writer that keeps the FIFO open until all is read, and a reader that may take over from a dead one.
#include "../../common/stream/run.h"
#include "../takeover.h"

int main(int argc, char** argv) {
  return streams::run(fifo_link::staying_program(), fifo_link::transport_with_takeover(), argc, argv);
}
