// Mistake: wakes before it raises the version. Who was woken finds nothing new and goes to sleep again.
#include "../notice.h"

namespace {

void wake_then_raise(const notice::Run& run) {
  futexes::tell_answer("woken", run.program.wake_all(run));
  HARNESS_PROBE("version.half-announced");
  run.board->version.fetch_add(1);
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.announce = wake_then_raise;
  return notice::run(program, argc, argv);
}
