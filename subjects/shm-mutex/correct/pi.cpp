// A robust mutex with priority inheritance: the kernel itself hands the lock on, from a dead owner too.
#include "../participant.h"

namespace {

void choose_robust_pi(pthread_mutexattr_t* attributes) {
  shm_mutex::choose_robust(attributes);
  pthread_mutexattr_setprotocol(attributes, PTHREAD_PRIO_INHERIT);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.choose_mutex = choose_robust_pi;
  return shm_mutex::run(program, argc, argv);
}
