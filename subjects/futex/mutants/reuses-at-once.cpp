// Mistake: gives the memory of a lock to others once it has had the lock itself, as if its word alone said
// who is out.
#include "../reuse.h"

namespace {

void at_once(const home_made::Run&) {}

}  // namespace

int main(int argc, char** argv) {
  shared_memory::Section section = home_made::reused_section();
  section.leave = home_made::leave_reused<at_once>;
  return shared_memory::run(section, argc, argv);
}
