// Mistake: leaves the order of the undo log and the fields to the compiler, which may put any of them off to
// the unlock: nothing in the language orders plain stores for whoever looks after a death.
#include "../participant.h"
#include "../unkept_order.h"

namespace {

bool update_and_leave_unordered(const shm_mutex::Run& run) {
  shm_mutex::update(static_cast<shm_mutex::UnorderedRecord&>(run.record));
  return shm_mutex::release_lock(run);
}

void repair_unordered(shm_mutex::Record& record) {
  shm_mutex::repair(static_cast<shm_mutex::UnorderedRecord&>(record));
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.update_and_leave = update_and_leave_unordered;
  program.repair = repair_unordered;
  return shm_mutex::run(program, argc, argv);
}
