// Mistake: the handler calls malloc while the same thread holds the allocator's lock, and waits for itself.
#include "../allocation.h"

int main() {
  signals::start_second_thread();
  return signals::allocate_and_compare(signals::allocate_note, signals::kLarge);
}
