// Mistake: takes a message without a byte for the end.
#include "../../common/message/receiver_mistakes.h"
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::empty_is_end_program(), dgram_link::transport(), argc, argv);
}
