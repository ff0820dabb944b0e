// Under a record lock of fcntl(2), which belongs to the process.
#include "../file_lock.h"

namespace {

int acquire(const shared_memory::Run& run) { return shm_counter::lock_record(run, F_SETLKW, F_WRLCK); }
int release(const shared_memory::Run& run) { return shm_counter::lock_record(run, F_SETLKW, F_UNLCK); }

}  // namespace

int main(int argc, char** argv) {
  return shared_memory::run(shm_counter::section(acquire, release), argc, argv);
}
