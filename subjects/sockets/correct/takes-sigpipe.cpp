// Blocks SIGPIPE in the thread that writes, and takes it away when a write says EPIPE.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::takes_sigpipe_program(), streams::socket_transport(), argc, argv);
}
