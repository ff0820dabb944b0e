// Mistake: takes ftruncate(2) for a check that there is room. The pages are looked for at the first touch.
#include "../object.h"

namespace {

bool only_state_length(const shm_lifecycle::Run& run) {
  return ftruncate(run.fd, sizeof(shm_lifecycle::Object)) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  shm_lifecycle::Program program = shm_lifecycle::right_program();
  program.size = only_state_length;
  return shm_lifecycle::run(program, argc, argv);
}
