// Mistake: does not look at what the kernel answered to its robust list, and counts on being told of a death.
#include "../without_list.h"

namespace {

void take_for_granted(const home_made::Run& run) {
  home_made::ask_for_list(run);
  home_made::has_list() = true;
}

}  // namespace

int main(int argc, char** argv) {
  shared_memory::Section section = home_made::asking_section();
  section.come = take_for_granted;
  return shared_memory::run(section, argc, argv);
}
