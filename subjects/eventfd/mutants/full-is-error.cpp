// Mistake: takes a counter that is full for a failure.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), bell_link::full_is_error_transport(), argc, argv);
}
