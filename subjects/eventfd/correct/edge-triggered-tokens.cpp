// The same by edge-triggered epoll.
#include "../../common/message/run.h"
#include "../tokens.h"

int main(int argc, char** argv) {
  return messages::run(bell_link::edge_triggered_token_program(), bell_link::token_transport(), argc, argv);
}
