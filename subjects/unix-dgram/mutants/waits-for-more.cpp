// Mistake: does not see that its senders have ended, and waits for more.
#include "../../common/message/receiver_mistakes.h"
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::waits_for_more_program(), dgram_link::transport(), argc, argv);
}
