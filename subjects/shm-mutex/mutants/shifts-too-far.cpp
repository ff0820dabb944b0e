// Mistake: keeps a bit for each repaired field in the upper half of a word of 64, and shifts an int there.
#include "../participant.h"

namespace {

int64_t repaired = 0;

void repair_and_mark(shm_mutex::Record& record) {
  shm_mutex::repair(record);
  for (int i = 0; i < shm_mutex::kFieldCount; ++i) repaired |= 1 << (32 + i);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = repair_and_mark;
  return shm_mutex::run(program, argc, argv);
}
