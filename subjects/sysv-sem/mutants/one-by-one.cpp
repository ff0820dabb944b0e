// Mistake: takes the two one after the other, and not all participants in the same order.
#include "../accounts.h"

int main(int argc, char** argv) {
  sysv_sem::Section section = sysv_sem::two_section();
  section.acquire = sysv_sem::take_one_by_one;
  return shared_memory::run(section, argc, argv);
}
