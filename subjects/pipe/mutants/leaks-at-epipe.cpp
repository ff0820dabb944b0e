// Mistake: does not free the copy that it was sending when the reader is gone.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::leaks_at_epipe_program(), pipe_link::transport(), argc, argv);
}
