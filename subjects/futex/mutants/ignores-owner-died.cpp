// Mistake: has the lock and does not look at the bit by which the kernel says that its last owner has died.
#include "../lock.h"

namespace {

int take_as_it_is(futexes::Word&) { return 0; }

}  // namespace

int main(int argc, char** argv) {
  using namespace home_made;
  shared_memory::Section section = inheritance_section();
  section.acquire = acquire_by_inheritance<bury_owner, take_as_it_is>;
  return shared_memory::run(section, argc, argv);
}
