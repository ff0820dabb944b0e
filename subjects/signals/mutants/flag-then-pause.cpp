// Mistake: looks at the flag, then sleeps; the signal that comes between wakes nobody.
#include "../handling.h"

int main(int argc, char** argv) {
  signals::handle(SIGUSR1, signals::take_note);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  while (signals::was_told == 0) pause();
  HARNESS_PROBE("wait.end");
}
