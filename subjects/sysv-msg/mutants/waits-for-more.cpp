// Mistake: does not see that its senders have ended, and waits for more.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::waits_for_more_program(), sysv_link::transport(), argc, argv);
}
