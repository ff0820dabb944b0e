// Mistake: a forked child gives the token back, with SEM_UNDO. The child's end takes it again, since its undo
// is its own (semop(2)): nobody gets in any more.
#include "../child.h"

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::undo_section();
  section.release = sysv_sem::give_in_a_child;
  return shared_memory::run(section, argc, argv);
}
