// A robust mutex, and a helper forked inside the lock that makes sure that it is not the owner: it may not
// take the lock, may not let it go, and its end gives nothing away (fork(2): robust lists are not inherited).
#include "../helper.h"
#include "../participant.h"

namespace {

bool is_no_owner(const shm_mutex::Run& run) {
  return pthread_mutex_trylock(&run.record.mutex) == EBUSY &&
         pthread_mutex_unlock(&run.record.mutex) == EPERM;
}

bool fork_a_stranger(const shm_mutex::Run& run) { return shm_mutex::work_in_a_helper(run, is_no_owner); }

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.work_inside = fork_a_stranger;
  return shm_mutex::run(program, argc, argv);
}
