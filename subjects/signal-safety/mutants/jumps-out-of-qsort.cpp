// Mistake: the handler jumps out of whatever the signal interrupted, here qsort(3), and the program goes on
// to allocate.
#include <setjmp.h>
#include <stdlib.h>

#include "../handled.h"

namespace {

sigjmp_buf begin;

void jump(int) { siglongjmp(begin, 1); }

int compare(const void* a, const void* b) {
  signal_safety::work();
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

}  // namespace

int main() {
  static int numbers[] = {2, 1};
  if (sigsetjmp(begin, 1) == 0) {
    signal_safety::install(SIGUSR1, jump);
    qsort(numbers, 2, sizeof numbers[0], compare);
    return 1;
  }
  void* volatile kept = malloc(40);
  return kept != nullptr ? 0 : 1;
}
