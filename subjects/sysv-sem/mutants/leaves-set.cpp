// Mistake: nobody removes the set, since it has no key and so "belongs to the processes". It belongs to the
// system until it is removed (semctl(2)).
#include "../set.h"

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::undo_section();
  section.leave = nullptr;
  return shared_memory::run(section, argc, argv);
}
