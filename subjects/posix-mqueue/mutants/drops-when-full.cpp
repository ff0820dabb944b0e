// Mistake: takes a message that finds the queue full for sent.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::drops_when_full_program(), queue_link::transport(), argc, argv);
}
