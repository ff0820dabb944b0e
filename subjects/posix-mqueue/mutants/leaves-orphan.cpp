// Mistake: leaves the queue of a dead receiver where it is.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), queue_link::leaves_orphan_transport(), argc, argv);
}
