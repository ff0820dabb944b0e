// Mistake: maps the object as soon as it has a name. Until its maker has sized it, it has no page to touch.
#include "../object.h"

namespace {

int open_at_once(const shm_lifecycle::Run& run) { return shm_open(run.name, O_RDWR, 0); }

}  // namespace

int main(int argc, char** argv) {
  shm_lifecycle::Program program = shm_lifecycle::right_program();
  program.open_to_use = open_at_once;
  return shm_lifecycle::run(program, argc, argv);
}
