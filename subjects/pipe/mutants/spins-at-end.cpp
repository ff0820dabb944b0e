// Mistake: takes the end of the stream for "nothing there yet", and asks again at once, for ever.
#include "../../common/stream/run.h"
#include "../../common/stream/spinning_readers.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::spins_at_end_program(), pipe_link::transport(), argc, argv);
}
