// Mistake: no SEM_UNDO. What a dead holder took is taken for ever.
#include "../set.h"

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::undo_section();
  section.acquire = sysv_sem::take_plainly;
  section.release = sysv_sem::give_plainly;
  return shared_memory::run(section, argc, argv);
}
