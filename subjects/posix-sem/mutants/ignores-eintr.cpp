// Mistake: does not look at what sem_wait() returns. After a signal it goes in without the token.
#include "../semaphore.h"

namespace {

int wait_once(const posix_sem::Run& run) {
  sem_wait(posix_sem::semaphore_of(run));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  posix_sem::Section section = posix_sem::semaphore_section();
  section.acquire = wait_once;
  return shared_memory::run(section, argc, argv);
}
