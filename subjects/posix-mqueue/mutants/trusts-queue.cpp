// Mistake: counts a message that the queue has accepted as delivered.
#include "../../common/message/acknowledged.h"
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::trusts_queue(messages::nonblocking_program()), queue_link::transport(), argc,
                       argv);
}
