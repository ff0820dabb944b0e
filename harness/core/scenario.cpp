#include "core/scenario.h"

namespace harness {

const Expectation& expectation_on(const Expectation& expectation, const std::string& target) {
  for (const Expectation& other : expectation.elsewhere) {
    const bool is_family = other.target.ends_with('*');
    const std::string_view beginning = std::string_view(other.target).substr(0, other.target.size() - 1);
    if (is_family ? target.starts_with(beginning) : target == other.target) return other;
  }
  return expectation;
}

bool is_planted(const Expectation& expectation) {
  return (expectation.outcome == Expectation::Outcome::fail && expectation.because.empty()) ||
         expectation.outcome == Expectation::Outcome::not_shown;
}

std::string to_string(const Expectation& expectation) {
  switch (expectation.outcome) {
    case Expectation::Outcome::pass:
      return "pass";
    case Expectation::Outcome::fail:
      return "fail: " + (expectation.checker.empty() ? "any checker" : expectation.checker);
    case Expectation::Outcome::platform:
      return "platform: " + expectation.defect;
    case Expectation::Outcome::not_shown:
      return "not to be shown";
  }
  return "?";
}

const std::vector<std::string>& link_kinds() {
  static const std::vector<std::string> kinds = {
      "pipe", "socketpair", "socketpair-dgram", "socketpair-seqpacket", "eventfd", "eventfd-semaphore"};
  return kinds;
}

std::vector<std::string> names_of(const std::vector<Role>& roles) {
  std::vector<std::string> names;
  for (const Role& role : roles) {
    names.push_back(role.name);
    for (int i = 1; role.count > 1 && i <= role.count; ++i)
      names.push_back(role.name + "." + std::to_string(i));
  }
  return names;
}

std::vector<std::string> link_ends(const std::string& kind) {
  if (kind == "pipe") return {"read", "write"};
  if (kind.rfind("socketpair", 0) == 0) return {"a", "b"};
  if (kind == "eventfd" || kind == "eventfd-semaphore") return {"counter"};
  return {};
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
