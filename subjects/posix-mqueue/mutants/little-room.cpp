// Mistake: has less room than the queue's message size.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), queue_link::little_room_transport(), argc, argv);
}
