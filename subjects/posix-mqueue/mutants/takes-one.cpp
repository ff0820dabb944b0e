// Mistake: takes one message for each notification.
#include "../../common/message/run.h"
#include "../notified.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::takes_one_program(), queue_link::transport(), argc, argv);
}
