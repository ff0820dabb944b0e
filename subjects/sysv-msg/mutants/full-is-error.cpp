// Mistake: takes a full queue for a broken one.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::full_is_error_program(), sysv_link::never_blocking_transport(), argc, argv);
}
