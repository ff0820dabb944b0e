// Mistake: "makes sure that the object is fresh" by O_TRUNC, which cuts it under those who have it mapped.
#include "../object.h"

namespace {

int open_and_cut(const shm_lifecycle::Run& run) {
  return shm_open(run.name, O_CREAT | O_TRUNC | O_RDWR, 0600);
}

}  // namespace

int main(int argc, char** argv) {
  shm_lifecycle::Program program = shm_lifecycle::right_program();
  program.open_to_make = open_and_cut;
  return shm_lifecycle::run(program, argc, argv);
}
