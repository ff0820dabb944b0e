// Mistake: does not look whether the queue was opened.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), queue_link::opens_blindly_transport(), argc, argv);
}
