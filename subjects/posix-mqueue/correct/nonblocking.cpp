// Calls that do not block, and ppoll.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), queue_link::transport(), argc, argv);
}
