// Mistake: counts a message whose sending timed out as sent.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::timed_program(), queue_link::timeout_is_sent_transport(), argc, argv);
}
