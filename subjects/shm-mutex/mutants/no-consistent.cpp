// Mistake: repairs the data and never says so. The unlock of a mutex that was not made consistent is its
// last: everybody who comes afterwards gets ENOTRECOVERABLE (pthread_mutex_consistent(3)), and of many
// sleepers some are never woken.
#include "../participant.h"

namespace {

void say_nothing(shm_mutex::Record&) {}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.declare_consistent = say_nothing;
  return shm_mutex::run(program, argc, argv);
}
