// pthread_mutex_trylock() in a loop: the dead owner's mutex is not EBUSY but EOWNERDEAD
// (pthread_mutex_trylock(3p)).
#include <sched.h>

#include "../participant.h"

namespace {

int try_until_taken(const shm_mutex::Run& run) {
  int error = pthread_mutex_trylock(&run.record.mutex);
  if (error == EBUSY) HARNESS_PROBE("lock.busy");
  while (error == EBUSY) {
    sched_yield();
    error = pthread_mutex_trylock(&run.record.mutex);
  }
  return error;
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.acquire = try_until_taken;
  return shm_mutex::run(program, argc, argv);
}
