// Mistake: ends with its receiver, and leaves the queue where it is.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::leaves_orphan_program(), sysv_link::transport(), argc, argv);
}
