// Mistake: ignores SIGPIPE and EPIPE, and goes on as if somebody read.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::ignores_epipe_program(), streams::socket_transport(), argc, argv);
}
