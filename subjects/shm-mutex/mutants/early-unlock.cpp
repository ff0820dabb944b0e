// Mistake: lets the lock go before the last store, to hold it for a shorter time. A death in between is
// nobody's EOWNERDEAD, so the half-made update is never repaired; and whoever comes in meanwhile sees it.
#include "../participant.h"

namespace {

bool leave_and_update(const shm_mutex::Run& run) {
  const int64_t value = shm_mutex::begin_update(run.record);
  const bool is_released = shm_mutex::release_lock(run);
  HARNESS_PROBE("half-updated");
  shm_mutex::finish_update(run.record, value);
  return is_released;
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.update_and_leave = leave_and_update;
  return shm_mutex::run(program, argc, argv);
}
