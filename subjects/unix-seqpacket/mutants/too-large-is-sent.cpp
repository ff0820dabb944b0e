// Mistake: takes a message that is refused for its size for sent.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), seqpacket_link::too_large_is_sent_transport(), argc,
                       argv);
}
