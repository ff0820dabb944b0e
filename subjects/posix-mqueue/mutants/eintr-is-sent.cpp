// Mistake: takes an interrupted send for one that has sent.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::eintr_is_sent_program(), queue_link::transport(), argc, argv);
}
