// The handler writes a byte to a pipe, and the program says the rest.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "../handled.h"

namespace {

int ends[2];

void wake(int) {
  const int saved = errno;
  (void)!write(ends[1], "", 1);
  errno = saved;
}

}  // namespace

int main() {
  (void)!pipe2(ends, O_NONBLOCK);
  signal_safety::install(SIGUSR1, wake);
  signal_safety::work();
  char byte = 1;
  const bool is_woken = read(ends[0], &byte, 1) == 1;
  printf("woken: %d\n", is_woken);
  return is_woken ? 0 : 1;
}
