// Mistake: takes an interrupted send for one that has sent.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::eintr_is_sent_program(), sysv_link::transport(), argc, argv);
}
