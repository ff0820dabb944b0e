// Messages are acknowledged when they are done, and delivered again until then.
#include "../../common/message/acknowledged.h"

#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::acknowledged(messages::nonblocking_program()), seqpacket_link::transport(),
                       argc, argv);
}
