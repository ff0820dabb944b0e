// Mistake: goes on when as many have confirmed as are counted as asleep. One that was killed stays counted.
#include "../notice.h"

namespace {

void sleep_and_confirm(const notice::Run& run, uint32_t seen) {
  notice::sleep_counted(run, seen);
  run.board->confirmed.fetch_add(1);
  futexes::wake(run.board->confirmed, 1);
}

long wake_and_await(const notice::Run& run) {
  futexes::Word& confirmed = run.board->confirmed;
  uint32_t so_far = confirmed.load();
  const uint32_t wanted = so_far + run.board->sleepers.load();
  const long woken = notice::wake_if_counted(run);
  for (; static_cast<int32_t>(wanted - so_far) > 0; so_far = confirmed.load())
    futexes::wait(confirmed, so_far);
  return woken;
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::counting_program();
  program.sleep_on = sleep_and_confirm;
  program.wake_all = wake_and_await;
  return notice::run(program, argc, argv);
}
