// Under flock(2).
#include "../file_lock.h"

namespace {

int lock_file(const shared_memory::Run& run, int how) {
  while (flock(shm_counter::own_file(run), how) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int acquire(const shared_memory::Run& run) { return lock_file(run, LOCK_EX); }
int release(const shared_memory::Run& run) { return lock_file(run, LOCK_UN); }

}  // namespace

int main(int argc, char** argv) {
  return shared_memory::run(shm_counter::section(acquire, release), argc, argv);
}
