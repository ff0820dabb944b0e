// Mistake: asks for a whole record again after a short read, with room for the rest of one.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::overruns_after_short_read_program(), pipe_link::transport(), argc, argv);
}
