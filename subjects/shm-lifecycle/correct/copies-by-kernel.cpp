// Lets the kernel read what a peer may take away, and hears of it by EFAULT.
#include "../object.h"

int main(int argc, char** argv) {
  shm_lifecycle::Program program = shm_lifecycle::right_program();
  program.read = shm_lifecycle::read_by_kernel;
  return shm_lifecycle::run(program, argc, argv);
}
