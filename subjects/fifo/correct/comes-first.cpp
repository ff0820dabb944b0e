// Opens that do not wait: a writer that comes first waits until a reader has opened the FIFO, and a reader
// that comes first waits by ppoll.
#include "../../common/stream/run.h"
#include "../opening.h"

int main(int argc, char** argv) {
  return streams::run(fifo_link::waiting_program(), fifo_link::transport_at_once(), argc, argv);
}
