// Adds under a semaphore: right where nobody dies inside.
#include "../counter.h"

namespace {

int64_t add(shm_counter::Counter& counter) {
  while (sem_wait(&counter.semaphore) != 0) {
  }
  const int64_t value = shm_counter::load_and_store(counter);
  sem_post(&counter.semaphore);
  return value;
}

}  // namespace

int main(int argc, char** argv) { return shm_counter::run({.add = add}, argc, argv); }
