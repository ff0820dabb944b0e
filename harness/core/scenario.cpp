#include "core/scenario.h"

namespace harness {

std::string to_string(const Expectation& expectation) {
  switch (expectation.outcome) {
    case Expectation::Outcome::pass:
      return "pass";
    case Expectation::Outcome::fail:
      return "fail: " + expectation.checker;
    case Expectation::Outcome::platform:
      return "platform: " + expectation.defect;
  }
  return "?";
}

const std::vector<std::string>& mechanism_ids() {
  static const std::vector<std::string> ids = {"pipe",         "fifo",
                                               "socketpair",   "unix-stream",
                                               "tcp-loopback", "posix-mqueue",
                                               "unix-dgram",   "unix-seqpacket",
                                               "sysv-msg",     "signals",
                                               "eventfd",      "pidfd",
                                               "posix-sem",    "sysv-sem",
                                               "sysv-shm",     "shm-counter",
                                               "shm-mutex",    "shm-ring",
                                               "memfd",        "shm-lifecycle",
                                               "futex",        "rwlock-barrier-cond",
                                               "io-uring"};
  return ids;
}

}  // namespace harness
