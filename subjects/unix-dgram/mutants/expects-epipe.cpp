// Mistake: knows the receiver's end by EPIPE and ECONNRESET only, the errors of a stream.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::expects_epipe_program(), dgram_link::transport(), argc, argv);
}
