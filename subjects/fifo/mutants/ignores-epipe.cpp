// Mistake: ignores SIGPIPE and EPIPE, and goes on as if somebody read.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::ignores_epipe_program(), fifo_link::transport(), argc, argv);
}
