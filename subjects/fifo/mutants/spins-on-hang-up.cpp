// Mistake: looks at POLLIN only, while the hang-up ends every wait at once.
#include "../../common/stream/run.h"
#include "../../common/stream/spinning_readers.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::spins_on_hang_up_program(), fifo_link::transport(), argc, argv);
}
