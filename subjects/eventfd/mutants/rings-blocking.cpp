// Mistake: rings by a call that waits while the counter is full.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), bell_link::rings_blocking_transport(), argc, argv);
}
