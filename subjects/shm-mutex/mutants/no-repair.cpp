// Mistake: makes the mutex consistent and forgets the data, which pthread_mutex_consistent(3) does not even
// know of.
#include "../participant.h"

namespace {

void forget_the_data(shm_mutex::Record&) {}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = forget_the_data;
  return shm_mutex::run(program, argc, argv);
}
