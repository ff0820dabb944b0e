// Mistake: spins until the lock is free. A dead holder never frees it.
#include "../spin.h"

namespace {

int spin_on(const spin::Run& run) { return pthread_spin_lock(&spin::lock_of(run).word); }

}  // namespace

int main(int argc, char** argv) {
  shared_memory::Section section = spin::watched_section();
  section.acquire = spin_on;
  return shared_memory::run(section, argc, argv);
}
