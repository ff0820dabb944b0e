// Mistake: removes whatever queue has its name before it makes its own.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), queue_link::removes_first_transport(), argc, argv);
}
