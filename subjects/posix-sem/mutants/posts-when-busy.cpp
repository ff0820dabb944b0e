// Mistake: the way out of a try that failed posts, as the way out of one that did not. Anybody may post, so
// there are two tokens now (sem_post(3)).
#include "../semaphore.h"

namespace {

void clean_up(const posix_sem::Run& run) { posix_sem::post(run); }

int acquire(const posix_sem::Run& run) { return posix_sem::try_first(run, clean_up); }

}  // namespace

int main(int argc, char** argv) {
  posix_sem::Section section = posix_sem::semaphore_section();
  section.acquire = acquire;
  return shared_memory::run(section, argc, argv);
}
