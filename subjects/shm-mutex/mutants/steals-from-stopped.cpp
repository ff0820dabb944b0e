// Mistake: takes a timeout for the owner's death and makes the mutex anew. The owner is only stopped, and
// goes on inside as if nothing had happened.
#include "../participant.h"
#include "../timed.h"

namespace {

int lock_or_break(const shm_mutex::Run& run) {
  const int error = shm_mutex::lock_mutex_with_patience(run);
  if (error != ETIMEDOUT) return error;
  shm_mutex::make_mutex(run.program, run.record);
  shm_mutex::repair(run.record);
  return pthread_mutex_lock(&run.record.mutex);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.acquire = lock_or_break;
  return shm_mutex::run(program, argc, argv);
}
