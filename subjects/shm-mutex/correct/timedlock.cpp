// A lock with a deadline: a slow owner costs another try, a dead one gives EOWNERDEAD at once.
#include "../participant.h"
#include "../timed.h"

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.acquire = shm_mutex::lock_mutex_with_patience;
  return shm_mutex::run(program, argc, argv);
}
