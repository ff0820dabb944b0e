// Mistake: sets the room of the pipe by SO_SNDBUF, which only sockets know.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::sizes_as_socket_program(), fifo_link::transport(), argc, argv);
}
