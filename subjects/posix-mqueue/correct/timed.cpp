// Calls that wait for some time only.
#include "../timed.h"

#include "../../common/message/run.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::timed_program(), queue_link::timed_transport(), argc, argv);
}
