// Mistake: acknowledges a message when it comes, and does the work then.
#include "../../common/message/acknowledged.h"
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::acknowledges_at_receipt(messages::nonblocking_program()),
                       seqpacket_link::transport(), argc, argv);
}
