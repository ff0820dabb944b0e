// Mistake: takes a message that finds the queue full for sent.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::drops_when_full_program(), sysv_link::never_blocking_transport(), argc,
                       argv);
}
