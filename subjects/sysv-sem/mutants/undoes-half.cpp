// Mistake: takes with SEM_UNDO and gives without. Each round leaves an undo behind, and the end of the
// process gives a token for each of them (semop(2)).
#include "../set.h"

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::undo_section();
  section.release = sysv_sem::give_plainly;
  return shared_memory::run(section, argc, argv);
}
