// Adds under a process-shared robust mutex.
#include "../counter.h"

namespace {

int64_t add(shm_counter::Counter& counter) {
  if (pthread_mutex_lock(&counter.mutex) == EOWNERDEAD) pthread_mutex_consistent(&counter.mutex);
  const int64_t value = shm_counter::load_and_store(counter);
  pthread_mutex_unlock(&counter.mutex);
  return value;
}

}  // namespace

int main(int argc, char** argv) { return shm_counter::run({.add = add}, argc, argv); }
