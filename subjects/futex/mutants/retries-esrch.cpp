// Mistake: tries again after ESRCH, which says of the owner that it is no more: it will say so for ever.
#include "../lock.h"

namespace {

void leave_owner(futexes::Word&) {}

}  // namespace

int main(int argc, char** argv) {
  using namespace home_made;
  shared_memory::Section section = inheritance_section();
  section.acquire = acquire_by_inheritance<leave_owner, inherit>;
  return shared_memory::run(section, argc, argv);
}
