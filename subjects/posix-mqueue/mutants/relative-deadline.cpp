// Mistake: gives the time to wait as the deadline, which is a moment long past.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::timed_program(), queue_link::relative_deadline_transport(), argc, argv);
}
