// Repairs from a copy of the undo log.
#include "../participant.h"
#include "../recovery_copy.h"

namespace {

void repair_from_copy(shm_mutex::Record& record) {
  const auto copy = shm_mutex::copy_of_log(record);
  shm_mutex::repair_from(copy.get(), record);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = repair_from_copy;
  return shm_mutex::run(program, argc, argv);
}
