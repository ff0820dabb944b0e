// A priority-inheritance lock in a robust list: of a dead owner the kernel tells by a bit, and never by
// ESRCH.
#include "../lock.h"

int main(int argc, char** argv) {
  return shared_memory::run(home_made::listed_inheritance_section(), argc, argv);
}
