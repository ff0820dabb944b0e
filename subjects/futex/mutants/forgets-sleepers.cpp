// Mistake: who has slept takes the lock as if nobody else slept. The next in the queue is never woken.
#include "../lock.h"

int main(int argc, char** argv) {
  shared_memory::Section section = home_made::three_states_section();
  section.acquire = home_made::acquire_by_state<home_made::kTaken>;
  return shared_memory::run(section, argc, argv);
}
