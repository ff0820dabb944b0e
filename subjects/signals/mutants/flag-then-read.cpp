// Mistake: relies on EINTR to come back from a read and see the flag; a signal just before the read is not
// seen.
#include "../self_pipe.h"

int main(int argc, char** argv) {
  signals::open_self_pipe(0);
  signals::handle(SIGUSR1, signals::take_note);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  char byte = 0;
  while (signals::was_told == 0) (void)!read(signals::self_pipe[0], &byte, 1);
  HARNESS_PROBE("wait.end");
}
