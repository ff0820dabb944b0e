// Mistake: opens the mask before it sleeps, in two calls where sigsuspend makes one.
#include "../handling.h"

int main(int argc, char** argv) {
  signals::handle(SIGUSR1, signals::take_note);
  const sigset_t before = signals::block(SIGUSR1);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  while (signals::was_told == 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    pause();
    signals::block(SIGUSR1);
  }
  HARNESS_PROBE("wait.end");
}
