// The signal is blocked while the flag is looked at; sigsuspend opens the mask and sleeps in one step.
#include "../handling.h"

int main(int argc, char** argv) {
  signals::handle(SIGUSR1, signals::take_note);
  const sigset_t before = signals::block(SIGUSR1);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  while (signals::was_told == 0) sigsuspend(&before);
  HARNESS_PROBE("wait.end");
}
