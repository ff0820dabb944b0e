// Mistake: the handler prints.
#include <stdio.h>

#include "../handled.h"

namespace {

void print(int signal) {
  printf("signal %d\n", signal);
  signal_safety::was_handled = 1;
}

}  // namespace

int main() { return signal_safety::work_with(print); }
