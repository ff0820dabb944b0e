// A receiver that is notified of messages.
#include "../notified.h"

#include "../../common/message/run.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::notified_program(), queue_link::transport(), argc, argv);
}
