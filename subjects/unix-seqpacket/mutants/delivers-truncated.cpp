// Mistake: does not look whether what came is whole.
#include "../../common/message/receiver_mistakes.h"
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::delivers_truncated_program(), seqpacket_link::transport(), argc, argv);
}
