// Tells what the kernel answers about datagrams; sends by calls that block.
#include "../../common/message/run.h"
#include "../socket_answers.h"

int main(int argc, char** argv) {
  return messages::run(dgram_link::knows_sockets_program(), dgram_link::transport(), argc, argv);
}
