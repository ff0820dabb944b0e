// Mistake: gives up when the queue may not be as long as it wants.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), queue_link::takes_no_less_transport(), argc, argv);
}
