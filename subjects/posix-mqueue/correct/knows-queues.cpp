// Tells what the kernel answers about queues, and works as nonblocking then.
#include "../../common/message/run.h"
#include "../queue_answers.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::knows_queues_program(), queue_link::transport(), argc, argv);
}
