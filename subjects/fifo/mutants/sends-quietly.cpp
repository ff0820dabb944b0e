// Mistake: sends with MSG_NOSIGNAL, which only sockets know.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::sends_quietly_program(), fifo_link::transport(), argc, argv);
}
