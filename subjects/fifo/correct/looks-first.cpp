// Looks by ppoll before each record whether the reader has gone.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::looks_first_program(), fifo_link::transport(), argc, argv);
}
