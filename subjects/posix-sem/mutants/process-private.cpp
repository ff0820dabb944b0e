// Mistake: the semaphore in shared memory was not made for sharing (sem_init(3), pshared). Its value is
// shared all the same, so a test in which nobody has to sleep passes; a sleeper in another process is never
// woken.
#include "../semaphore.h"

namespace {

bool make_private(const posix_sem::Run& run) { return sem_init(posix_sem::semaphore_of(run), 0, 1) == 0; }

}  // namespace

int main(int argc, char** argv) {
  posix_sem::Section section = posix_sem::semaphore_section();
  section.make = make_private;
  return shared_memory::run(section, argc, argv);
}
