// Mistake: takes a timeout for a death, and makes the lock anew for itself. The reader is only slow.
#include "../shelf.h"

namespace {

int make_anew(const shelf::Run& run) {
  const int error = shelf::lock_for_a_while(run, pthread_rwlock_clockwrlock);
  if (error != ETIMEDOUT) return error;
  shelf::make_lock(run.shelf.lock);
  return pthread_rwlock_wrlock(&run.shelf.lock);
}

}  // namespace

int main(int argc, char** argv) {
  shelf::Program program = shelf::watched_program();
  program.lock_to_write = make_anew;
  return shelf::run(program, argc, argv);
}
