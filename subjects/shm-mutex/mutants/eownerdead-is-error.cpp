// Mistake: EOWNERDEAD is taken for an error like any other: back out, without an unlock, and try again later.
// But the lock IS held (pthread_mutex_lock(3p)), so the next try waits for itself and everybody else for it.
#include "../participant.h"

namespace {

int lock_or_fail(const shm_mutex::Run& run) {
  const int error = pthread_mutex_lock(&run.record.mutex);
  if (error != 0) harness_fail("lock", shm_mutex::kLock, error);
  return error;
}

bool enter_without_heeding_death(const shm_mutex::Run& run) {
  for (int tries = 0; tries < 3; ++tries) {
    HARNESS_PROBE("lock.wanted");
    harness_invoke("lock", shm_mutex::kLock);
    if (lock_or_fail(run) != 0) continue;
    harness_ok("lock", shm_mutex::kLock, 0);
    return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.enter = enter_without_heeding_death;
  return shm_mutex::run(program, argc, argv);
}
