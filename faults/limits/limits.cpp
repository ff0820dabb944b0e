// The limits injector: the resources that a process may still take run out at its point.
#include "inject/injector.h"

namespace harness {
namespace {

class LimitsInjector : public Injector {
 public:
  std::string_view id() const override { return "limits"; }

  std::vector<ActionKind> actions() const override {
    return {{"exhaust", "exhaust(fds)", "from its point on the victim gets no new descriptor: EMFILE"}};
  }

  Status accepts(const Fault& fault) const override {
    if (fault.action.argument == "fds") return done();
    return usage_error("action exhaust(" + fault.action.argument + "): there is fds only");
  }

  Result<Performed> perform(const Fault& /*fault*/, Victim& victim) const override {
    TRY(victim.limit_descriptors());
    return Performed{};
  }
};

const Registration<Injector> registration{std::make_unique<LimitsInjector>()};

}  // namespace
}  // namespace harness
