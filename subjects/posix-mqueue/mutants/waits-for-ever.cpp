// Mistake: sends by a call that waits for room for ever.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::waits_for_ever_program(), queue_link::transport(), argc, argv);
}
