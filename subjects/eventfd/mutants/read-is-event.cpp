// Mistake: takes one read for one event.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), bell_link::read_is_event_transport(), argc, argv);
}
