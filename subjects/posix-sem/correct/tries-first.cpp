// Tries, does something else when the lock is busy, and waits then.
#include "../semaphore.h"

namespace {

void do_something_else(const posix_sem::Run&) {}

int acquire(const posix_sem::Run& run) { return posix_sem::try_first(run, do_something_else); }

}  // namespace

int main(int argc, char** argv) {
  posix_sem::Section section = posix_sem::semaphore_section();
  section.acquire = acquire;
  return shared_memory::run(section, argc, argv);
}
