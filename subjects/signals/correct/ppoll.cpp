// The signal is blocked but for the time that ppoll sleeps, so that it cannot come between the flag and the
// sleep.
#include <poll.h>

#include "../handling.h"

int main(int argc, char** argv) {
  signals::handle(SIGUSR1, signals::take_note);
  const sigset_t before = signals::block(SIGUSR1);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  while (signals::was_told == 0) ppoll(nullptr, 0, nullptr, &before);
  HARNESS_PROBE("wait.end");
}
