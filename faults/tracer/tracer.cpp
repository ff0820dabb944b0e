// The tracer injector: what only a tracer can do to a system call of an unmodified program.
#include "inject/errnos.h"
#include "inject/injector.h"

namespace harness {
namespace {

class TracerInjector : public Injector {
 public:
  std::string_view id() const override { return "tracer"; }

  std::vector<ActionKind> actions() const override {
    return {{"fail", "fail(ERRNO)",
             "at syscall/enter: the call is not run and fails; at syscall/exit: it has run but is said to "
             "have failed"}};
  }

  Status accepts(const Fault& fault) const override {
    if (fault.at.kind != InjectionPoint::Kind::syscall) {
      return unavailable("the tracer fails system calls; " + to_string(fault.at) + " is none");
    }
    if (fault.action.argument.empty()) {
      return usage_error("action fail at " + to_string(fault.at) + " needs an errno, as in fail(EIO)");
    }
    if (!errno_number(fault.action.argument)) {
      return usage_error("action fail(" + fault.action.argument + "): no such errno; see errno(3)");
    }
    return fault.synthetic ? done() : accepts_as_real(fault);
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    const int error = *errno_number(fault.action.argument);
    const auto descriptor = victim.descriptor_of_call();
    const std::string reason = why_never(fault.at.name, error, descriptor ? descriptor->kind : "");
    if (!reason.empty() && !fault.synthetic) return unavailable(reason);
    TRY(victim.fail_call(error));
    const bool is_real =
        fault.at.edge == InjectionPoint::Edge::enter && has_errnos(fault.at.name) && reason.empty();
    return Performed{.synthetic = !is_real, .details = {{"errno", errno_name(error)}}};
  }

 private:
  static Status accepts_as_real(const Fault& fault) {
    const std::string mend(kMarkSynthetic);
    if (fault.at.edge == InjectionPoint::Edge::exit) {
      return usage_error("action fail at " + to_string(fault.at) +
                         ": the call has run, and no kernel says then that it has failed; use /enter" + mend);
    }
    const std::string reason = why_never(fault.at.name, *errno_number(fault.action.argument), "");
    return reason.empty() ? done() : usage_error("action fail: " + reason + mend);
  }
};

const Registration<Injector> registration{std::make_unique<TracerInjector>()};

}  // namespace
}  // namespace harness
