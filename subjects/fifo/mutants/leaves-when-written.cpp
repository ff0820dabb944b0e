// Mistake: the writer goes when all is written, and trusts the FIFO to keep it.
#include "../../common/stream/run.h"
#include "../takeover.h"

int main(int argc, char** argv) {
  return streams::run(fifo_link::leaving_program(), fifo_link::transport_with_takeover(), argc, argv);
}
