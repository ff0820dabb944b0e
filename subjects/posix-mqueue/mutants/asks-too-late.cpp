// Mistake: empties the queue first, and asks for the next notification then.
#include "../../common/message/run.h"
#include "../notified.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::asks_too_late_program(), queue_link::transport(), argc, argv);
}
