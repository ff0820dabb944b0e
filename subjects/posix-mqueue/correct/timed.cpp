// Calls that wait for some time only.
#include "../../common/message/run.h"
#include "../timed.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::timed_program(), queue_link::timed_transport(), argc, argv);
}
