// Mistake: takes a timeout for the holder's death, and goes in. The holder is only slow.
#include "../semaphore.h"

namespace {

int wait_and_go_in(const posix_sem::Run& run) {
  const timespec deadline = shared_memory::from_now(run.options.patience_ms);
  if (sem_clockwait(posix_sem::semaphore_of(run), CLOCK_MONOTONIC, &deadline) == 0) return 0;
  HARNESS_PROBE("wait.timed-out");
  return errno == ETIMEDOUT ? 0 : errno;
}

}  // namespace

int main(int argc, char** argv) {
  posix_sem::Section section = posix_sem::watched_section();
  section.acquire = wait_and_go_in;
  return shared_memory::run(section, argc, argv);
}
