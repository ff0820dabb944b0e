// Mistake: the mutex is not robust. When its owner dies inside, nobody is told and nobody ever gets in again.
#include "../participant.h"

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.choose_mutex = shm_mutex::choose_plain;
  return shm_mutex::run(program, argc, argv);
}
