// The fiu injector: makes a libfiu failure point fail, so that the program takes the path that it has for it.
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
    return done();
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    const int result = fault.action.argument.empty() ? 1 : *errno_number(fault.action.argument);
    TRY(victim.fail_probe(result));
    return Performed{.details = {{"returned", result}}};
  }
};

const Registration<Injector> registration{std::make_unique<FiuInjector>()};

}  // namespace
}  // namespace harness
