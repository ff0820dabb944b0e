// A receiver that is notified of messages, and a helper that waits for one in the call.
#include "../../common/message/run.h"
#include "../beside.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::beside_another_program(), queue_link::transport(), argc, argv);
}
