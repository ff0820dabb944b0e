// Mistake: has the owner in the word and the lock in a list, and never tells the kernel where that list is.
#include "../lock.h"

int main(int argc, char** argv) {
  shared_memory::Section section = home_made::robust_list_section();
  section.come = nullptr;
  return shared_memory::run(section, argc, argv);
}
