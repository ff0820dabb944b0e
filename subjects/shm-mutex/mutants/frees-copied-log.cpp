// Mistake: repairs from a copy that it has freed.
#include "../participant.h"
#include "../recovery_copy.h"

namespace {

// Not inlined, so that the compiler does not see the mistake.
[[gnu::noinline]] void give_up(std::unique_ptr<int64_t[]>& copy) { copy.reset(); }

void repair_from_freed_copy(shm_mutex::Record& record) {
  auto copy = shm_mutex::copy_of_log(record);
  const int64_t* const before = copy.get();
  give_up(copy);
  shm_mutex::repair_from(before, record);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = repair_from_freed_copy;
  return shm_mutex::run(program, argc, argv);
}
