// Forks a helper inside, and gives the token back itself.
#include "../child.h"

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::undo_section();
  section.release = sysv_sem::give_in_the_parent;
  return shared_memory::run(section, argc, argv);
}
