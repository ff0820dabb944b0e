// The limits injector: the resources that a process may still take run out at its point.
#include "inject/injector.h"

namespace harness {
namespace {

class LimitsInjector : public Injector {
 public:
  std::string_view id() const override { return "limits"; }

  std::vector<ActionKind> actions() const override {
    return {{"exhaust", "exhaust(fds)", "from its point on the victim gets no new descriptor: EMFILE"},
            {"exhaust", "exhaust(queues)", "the same for POSIX message queues: EMFILE, by RLIMIT_MSGQUEUE"}};
  }

  Status accepts(const Fault& fault) const override {
    if (fault.action.argument == "fds" || fault.action.argument == "queues") return done();
    return usage_error("action exhaust(" + fault.action.argument + "): there are fds and queues only");
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    TRY(fault.action.argument == "fds" ? victim.limit_descriptors() : victim.limit_queues());
    return Performed{};
  }
};

const Registration<Injector> registration{std::make_unique<LimitsInjector>()};

}  // namespace
}  // namespace harness
