// The handler writes to memory that was there before.
#include "../allocation.h"

int main() {
  signals::start_second_thread();
  return signals::allocate_and_compare(signals::write_note, signals::kLarge);
}
