// The sender's calls block.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::blocking_program(), seqpacket_link::transport(), argc, argv);
}
