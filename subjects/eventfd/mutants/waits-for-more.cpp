// Mistake: does not see that its senders have ended, and waits for more.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::waits_for_more_program(), bell_link::transport(), argc, argv);
}
