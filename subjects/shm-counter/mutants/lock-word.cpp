// The lock is a word in the file itself, set by who is inside: a dead one never clears it.
#include <atomic>

#include "../file_lock.h"

namespace {

std::atomic<uint32_t>& word_of(const shared_memory::Run& run) { return run.lock<std::atomic<uint32_t>>(); }

int acquire(const shared_memory::Run& run) {
  while (word_of(run).exchange(1) != 0) shared_memory::futex(word_of(run), FUTEX_WAIT, 1);
  return 0;
}

int release(const shared_memory::Run& run) {
  word_of(run).store(0);
  shared_memory::futex(word_of(run), FUTEX_WAKE, 1);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return shared_memory::run(shm_counter::section(acquire, release), argc, argv);
}
