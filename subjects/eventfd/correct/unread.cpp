// Edge-triggered epoll that never reads the counter.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::edge_triggered_program(), bell_link::unread_transport(), argc, argv);
}
