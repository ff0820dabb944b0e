// Mistake: sets the semaphore to 1 when it comes, "in case somebody has died". Somebody is inside, and SETVAL
// makes the kernel forget that too (semctl(2)).
#include "../set.h"

namespace {

void reset_and_come(const sysv_sem::Run& run) {
  semctl(sysv_sem::id_of(run), sysv_sem::kToken, SETVAL, sysv_sem::Argument{.value = 1});
  sysv_sem::come(run);
}

}  // namespace

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::undo_section();
  section.come = reset_and_come;
  return shared_memory::run(section, argc, argv);
}
