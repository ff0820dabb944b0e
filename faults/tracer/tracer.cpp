// The tracer injector: what only a tracer can do to a system call of an unmodified program.
#include "errnos.h"
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
    return done();
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    const int error = *errno_number(fault.action.argument);
    TRY(victim.fail_call(error));
    // A call that has run and is then said to have failed is a lie that no kernel tells.
    const bool is_real = fault.at.edge == InjectionPoint::Edge::enter && is_documented(fault.at.name, error);
    return Performed{.synthetic = !is_real, .details = {{"errno", errno_name(error)}}};
  }
};

const Registration<Injector> registration{std::make_unique<TracerInjector>()};

}  // namespace
}  // namespace harness
