// Mistake: the helper forked inside the lock believes that it inherited the lock, and lets "its" lock go when
// it is done. A child is not the owner; a robust mutex would refuse it (EPERM), but a plain one asks nobody
// who he is (pthread_mutex_unlock(3p)): the parent, still inside, is robbed.
#include "../helper.h"
#include "../participant.h"

namespace {

bool read_and_unlock(const shm_mutex::Run& run) {
  const bool are_equal = shm_mutex::fields_are_equal(run);
  pthread_mutex_unlock(&run.record.mutex);
  return are_equal;
}

bool fork_a_thief(const shm_mutex::Run& run) { return shm_mutex::work_in_a_helper(run, read_and_unlock); }

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::plain_program();
  program.work_inside = fork_a_thief;
  return shm_mutex::run(program, argc, argv);
}
