// Mistake: waits without a limit for a lock that has no robust form. A dead reader never lets it go.
#include "../shelf.h"

namespace {

int lock_to_read(const shelf::Run& run) { return pthread_rwlock_rdlock(&run.shelf.lock); }

int lock_to_write(const shelf::Run& run) { return pthread_rwlock_wrlock(&run.shelf.lock); }

}  // namespace

int main(int argc, char** argv) {
  return shelf::run({.lock_to_read = lock_to_read, .lock_to_write = lock_to_write}, argc, argv);
}
