// Mistake: the loop around the wait tests its predicate and drops the result. The predicate is true, the
// mutex is one that a dead participant held, and nobody says that it is consistent: after the unlock it is
// ENOTRECOVERABLE.
#include "../condition.h"

namespace {

bool enter_by_predicate(const shm_mutex::Run& run) {
  const int error = shm_mutex::take_lock(run);
  if (error == 0 && !shm_mutex::is_owner(run.options)) shm_mutex::wait_for_the_owner(run);
  if (error == EOWNERDEAD) shm_mutex::recover_and_go_on(run);
  return error == 0 || error == EOWNERDEAD;
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::condition_program();
  program.enter = enter_by_predicate;
  return shm_mutex::run(program, argc, argv);
}
