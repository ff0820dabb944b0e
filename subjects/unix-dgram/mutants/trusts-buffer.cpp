// Mistake: gives the receiver a large buffer, and drops what finds the queue full.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::drops_when_full_program(), dgram_link::trusts_buffer_transport(), argc,
                       argv);
}
