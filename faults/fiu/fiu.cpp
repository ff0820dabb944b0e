// The fiu injector: makes a libfiu failure point fail, so that the program takes the path that it has for it.
#include <cerrno>
#include <map>

#include "inject/errnos.h"
#include "inject/injector.h"

namespace harness {
namespace {

class FiuInjector : public Injector {
 public:
  std::string_view id() const override { return "fiu"; }

  std::vector<ActionKind> actions() const override {
    return {
        {"fail", "fail or fail(ERRNO)", "at a probe: HARNESS_PROBE()/fiu_fail() returns 1, or the errno"}};
  }

  Status accepts(const Fault& fault) const override {
    if (fault.at.kind != InjectionPoint::Kind::probe) {
      return unavailable("libfiu fails probes; " + to_string(fault.at) + " is none");
    }
    if (!fault.action.argument.empty() && !errno_number(fault.action.argument)) {
      return usage_error("action fail(" + fault.action.argument + "): no such errno; see errno(3)");
    }
    return is_of_posix_call(fault) && !fault.synthetic ? accepts_posix(fault) : done();
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    const int result = fault.action.argument.empty() ? 1 : *errno_number(fault.action.argument);
    TRY(victim.fail_probe(result));
    return Performed{.synthetic = fault.synthetic, .details = {{"returned", result}}};
  }

 private:
  // libfiu's points around POSIX calls: posix/io/rw/read.
  static bool is_of_posix_call(const Fault& fault) { return fault.at.name.starts_with("posix/"); }

  static std::string call_of(const Fault& fault) {
    const std::string function = fault.at.name.substr(fault.at.name.rfind('/') + 1);
    static const std::map<std::string, std::string> calls = {{"pread", "pread64"},
                                                             {"pwrite", "pwrite64"},
                                                             {"recv", "recvfrom"},
                                                             {"send", "sendto"},
                                                             {"waitpid", "wait4"}};
    const auto call = calls.find(function);
    return call != calls.end() ? call->second : function;
  }

  // Left alone libfiu would choose an errno by chance, from lists that are wrong for pipes and sockets; and
  // some of what it says no kernel would say so.
  static Status accepts_posix(const Fault& fault) {
    const std::string where = "action fail at " + to_string(fault.at);
    const std::string mend(kMarkSynthetic);
    if (fault.action.argument.empty()) return usage_error(where + " needs an errno, as in fail(EIO)");
    const int error = *errno_number(fault.action.argument);
    if (error == EINTR)
      return usage_error(where + ": libfiu runs no handler; use eintr(SIGUSR1) with hold: blocked" + mend);
    if (error == EPIPE)
      return usage_error(where + ": libfiu raises no SIGPIPE; use close(OBJECT) in the peer" + mend);
    if (call_of(fault) == "close" || call_of(fault) == "munmap")
      return usage_error(where + ": libfiu leaves open what the kernel takes away in any case (close(2))" +
                         mend);
    const std::string reason = why_never(call_of(fault), error, "");
    return reason.empty() ? done() : usage_error("action fail: " + reason + mend);
  }
};

const Registration<Injector> registration{std::make_unique<FiuInjector>()};

}  // namespace
}  // namespace harness
