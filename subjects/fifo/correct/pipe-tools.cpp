// Asks of the pipe what only a socket does, and then what a pipe does.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::pipe_tools_program(), fifo_link::transport(), argc, argv);
}
