// Mistake: the plain mutex in shared memory was never told that it is shared. It excludes all the same, but
// whoever sleeps for it is woken only by its own process: FUTEX_PRIVATE_FLAG (futex(2)). A test without
// contention passes. It must be a plain mutex to show: glibc never uses private futexes for a robust one.
#include "../participant.h"

namespace {

void choose_private(pthread_mutexattr_t* attributes) {
  pthread_mutexattr_setpshared(attributes, PTHREAD_PROCESS_PRIVATE);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::plain_program();
  program.choose_mutex = choose_private;
  return shm_mutex::run(program, argc, argv);
}
