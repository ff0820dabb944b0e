#include "cli/interrupt.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace harness {

Interrupt::Interrupt() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int Interrupt::signal() {
  signalfd_siginfo info{};
  if (signal_ == 0 && ::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    signal_ = static_cast<int>(info.ssi_signo);
  }
  return signal_;
}

}  // namespace harness
