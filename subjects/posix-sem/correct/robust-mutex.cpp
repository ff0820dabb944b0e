// A lock that knows its owner, in the place of a semaphore.
#include <pthread.h>

#include "../semaphore.h"

namespace {

using shared_memory::Run;

pthread_mutex_t* mutex_of(const Run& run) { return &run.lock<pthread_mutex_t>(); }

bool make_robust(const Run& run) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  const int error = pthread_mutex_init(mutex_of(run), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return error == 0;
}

// The counter is whole after each store, so there is nothing to repair.
int lock(const Run& run) {
  const int error = pthread_mutex_lock(mutex_of(run));
  if (error == EOWNERDEAD) pthread_mutex_consistent(mutex_of(run));
  return error;
}

int unlock(const Run& run) { return pthread_mutex_unlock(mutex_of(run)); }

}  // namespace

int main(int argc, char** argv) {
  return shared_memory::run({.make = make_robust, .acquire = lock, .release = unlock}, argc, argv);
}
