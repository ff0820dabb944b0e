// Calls that do not block, and edge-triggered epoll.
#include "../../common/stream/readiness.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::edge_triggered_program(), streams::socket_transport(), argc, argv);
}
