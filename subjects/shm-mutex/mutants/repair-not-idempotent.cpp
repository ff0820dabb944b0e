// Mistake: gives the undo log up before the fields are put back. One death is repaired; when the repairer
// dies too, the next one finds half a repair and no log.
#include "../participant.h"
#include "../repair_once.h"

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = shm_mutex::repair_only_once;
  return shm_mutex::run(program, argc, argv);
}
