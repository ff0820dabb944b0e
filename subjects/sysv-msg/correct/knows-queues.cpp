// Tells what the kernel answers about queues, and works as blocking then.
#include "../../common/message/run.h"
#include "../queue_answers.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::knows_queues_program(), sysv_link::transport(), argc, argv);
}
