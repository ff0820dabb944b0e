// Mistake: does not say which lock it is about to take or to let go. It is in no list then, and lost with its
// owner.
#include "../lock.h"

namespace {

void tell_nobody(robust_list*) {}

}  // namespace

int main(int argc, char** argv) {
  shared_memory::Section section = home_made::robust_list_section();
  section.acquire = home_made::acquire_by_list<tell_nobody>;
  section.release = home_made::release_by_list<tell_nobody>;
  return shared_memory::run(section, argc, argv);
}
