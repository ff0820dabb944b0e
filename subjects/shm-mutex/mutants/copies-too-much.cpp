// Mistake: counts the log's mark of use among the fields that it copies.
#include "../participant.h"
#include "../recovery_copy.h"

namespace {

void repair_from_long_copy(shm_mutex::Record& record) {
  const auto copy = std::make_unique<int64_t[]>(shm_mutex::kFieldCount);
  const int64_t count = shm_mutex::kFieldCount + record.undo.in_use;
  for (int64_t i = 0; i < count; ++i) copy[i] = record.undo.before[i];
  shm_mutex::repair_from(copy.get(), record);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = repair_from_long_copy;
  return shm_mutex::run(program, argc, argv);
}
