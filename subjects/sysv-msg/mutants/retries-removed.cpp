// Mistake: asks a removed queue again and again.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::retries_removed_program(), sysv_link::transport(), argc, argv);
}
