// Mistake: takes a message without a byte for the end of its connection.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), seqpacket_link::empty_is_end_transport(), argc, argv);
}
