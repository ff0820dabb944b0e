// The signal stays blocked and is read like data.
#include <sys/signalfd.h>

#include "../handling.h"

int main(int argc, char** argv) {
  signals::block(SIGUSR1);
  const sigset_t wanted = signals::only(SIGUSR1);
  const int fd = signalfd(-1, &wanted, SFD_CLOEXEC);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  signalfd_siginfo told{};
  while (told.ssi_signo != SIGUSR1) {
    if (read(fd, &told, sizeof told) != sizeof told) return 1;
  }
  HARNESS_PROBE("wait.end");
}
