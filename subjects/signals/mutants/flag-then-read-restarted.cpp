// Mistake: relies on EINTR, but signal(2) of glibc restarts the read.
#include "../self_pipe.h"

int main() {
  signals::open_self_pipe(0);
  signal(SIGUSR1, signals::take_note);
  HARNESS_PROBE("wait.begin");
  char byte = 0;
  while (signals::was_told == 0) (void)!read(signals::self_pipe[0], &byte, 1);
  HARNESS_PROBE("wait.end");
}
