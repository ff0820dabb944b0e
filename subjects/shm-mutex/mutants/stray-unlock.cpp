// Mistake: the common way out unlocks once more, "in case an error path did not". By then the lock is
// another's, and a plain mutex does not ask whose it is (pthread_mutex_unlock(3p)): that other is robbed
// while it is inside.
#include "../participant.h"

namespace {

bool leave_twice(const shm_mutex::Run& run) {
  const bool is_released = shm_mutex::update_and_leave(run);
  pthread_mutex_unlock(&run.record.mutex);
  return is_released;
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::plain_program();
  program.update_and_leave = leave_twice;
  return shm_mutex::run(program, argc, argv);
}
