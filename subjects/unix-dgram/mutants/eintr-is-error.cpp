// Mistake: takes an interrupted send for a broken queue.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::eintr_is_error_program(), dgram_link::transport(), argc, argv);
}
