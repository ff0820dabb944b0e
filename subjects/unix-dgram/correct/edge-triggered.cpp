// Calls that do not block, and edge-triggered epoll.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::edge_triggered_program(), dgram_link::transport(), argc, argv);
}
