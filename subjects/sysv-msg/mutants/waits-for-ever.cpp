// Mistake: waits for room for ever, whether or not somebody is left to make it.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::waits_for_ever_program(), sysv_link::transport(), argc, argv);
}
