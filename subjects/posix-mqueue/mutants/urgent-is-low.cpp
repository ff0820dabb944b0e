// Mistake: gives urgent messages the lowest number, though the highest comes first.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::urgent_is_low_program(), queue_link::transport(), argc, argv);
}
