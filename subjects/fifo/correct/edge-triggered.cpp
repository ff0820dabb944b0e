// Calls that do not block, and edge-triggered epoll.
#include "../../common/stream/readiness.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::edge_triggered_program(), fifo_link::transport(), argc, argv);
}
