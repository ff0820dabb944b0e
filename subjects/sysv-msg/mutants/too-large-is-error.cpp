// Mistake: gives up at a message that is larger than its room.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::too_large_is_error_program(), sysv_link::transport(), argc, argv);
}
