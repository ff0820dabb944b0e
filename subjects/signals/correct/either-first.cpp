// Takes two signals in whatever order they come.
#include "../twice.h"

int main() {
  const int first = signals::first_taken();
  return first == SIGUSR1 || first == SIGUSR2 ? 0 : 1;
}
