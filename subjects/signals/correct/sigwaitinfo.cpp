// The signal stays blocked and is taken, not handled.
#include "../handling.h"

int main(int argc, char** argv) {
  signals::block(SIGUSR1);
  const sigset_t wanted = signals::only(SIGUSR1);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  siginfo_t told{};
  while (sigwaitinfo(&wanted, &told) != SIGUSR1) {
  }
  HARNESS_PROBE("wait.end");
}
