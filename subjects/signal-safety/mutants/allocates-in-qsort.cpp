// Mistake: the handler allocates, and the signal comes while qsort(3), which may allocate as well, compares.
#include <stdlib.h>

#include "../handled.h"

namespace {

void* volatile kept = nullptr;

void note(int) {
  kept = malloc(40);
  signal_safety::was_handled = 1;
}

int compare(const void* a, const void* b) {
  signal_safety::work();
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

}  // namespace

int main() {
  int numbers[] = {2, 1};
  signal_safety::install(SIGUSR1, note);
  qsort(numbers, 2, sizeof numbers[0], compare);
  return signal_safety::was_handled != 0 && numbers[0] == 1 ? 0 : 1;
}
