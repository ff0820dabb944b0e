// Mistake: MAP_PRIVATE. The peer's writes are seen until the first write of one's own to that page, and then
// never again: a test that only reads passes.
#include "../object.h"

int main(int argc, char** argv) {
  shm_lifecycle::Program program = shm_lifecycle::right_program();
  program.mapping_flags = MAP_PRIVATE;
  return shm_lifecycle::run(program, argc, argv);
}
