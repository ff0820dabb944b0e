// Mistake: the owner destroys the condition variable when it is done with it. Right while everybody lives;
// but a waiter that was killed in its sleep stays counted, and pthread_cond_destroy() waits for it for ever.
#include "../condition.h"

namespace {

void destroy_condition(const shm_mutex::Run& run) {
  if (shm_mutex::is_owner(run.options)) pthread_cond_destroy(&run.record.owner_is_done);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::condition_program();
  program.clean_up = destroy_condition;
  return shm_mutex::run(program, argc, argv);
}
