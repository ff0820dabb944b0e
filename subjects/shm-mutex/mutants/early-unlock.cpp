// Mistake: lets the lock go before the last store, to hold it for a shorter time. A death in between is
// nobody's EOWNERDEAD, so the half-made update is never repaired; and whoever comes in meanwhile sees it.
#include "../early_unlock.h"
#include "../participant.h"

namespace {

bool leave_and_update(const shm_mutex::Run& run) {
  return shm_mutex::leave_and_update(run.record, [&run] { return shm_mutex::release_lock(run); });
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.update_and_leave = leave_and_update;
  return shm_mutex::run(program, argc, argv);
}
