// Mistake: FUTEX_PRIVATE_FLAG, copied from a lock between threads. Who sleeps is found by its own process
// only.
#include "../notice.h"

namespace {

void sleep_privately(const notice::Run& run, uint32_t seen) {
  futexes::call(&run.board->version, FUTEX_WAIT_PRIVATE, seen);
}

long wake_privately(const notice::Run& run) {
  return futexes::call(&run.board->version, FUTEX_WAKE_PRIVATE, INT_MAX);
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.sleep_on = sleep_privately;
  program.wake_all = wake_privately;
  return notice::run(program, argc, argv);
}
