// The signal injector: what any process may do to another with kill(2). It needs no tracer.
#include <csignal>

#include "inject/injector.h"

namespace harness {
namespace {

class SignalInjector : public Injector {
 public:
  std::string_view id() const override { return "signal"; }

  std::vector<ActionKind> actions() const override {
    return {{"kill", "kill", "SIGKILL: the process ends where it stands"},
            {"stop", "stop", "SIGSTOP, and SIGCONT at the fault's `resume` moment", false, true},
            {"signal", "signal(SIG)", "any other signal, delivered at the point"}};
  }

  Status accepts(const Fault& fault) const override {
    const std::string& name = fault.action.name;
    const std::string& argument = fault.action.argument;
    if (name == "signal") {
      const auto number = signal_number(argument);
      if (!number) return usage_error("action signal(" + argument + "): no such signal; see kill -l");
      if (*number == SIGKILL) return usage_error("action signal(SIGKILL): write kill");
      if (*number == SIGSTOP) return usage_error("action signal(SIGSTOP): write stop");
      return done();
    }
    if (!argument.empty())
      return usage_error("action " + name + " takes no argument, but was given " + argument);
    return done();
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    if (fault.action.name == "kill") {
      TRY(victim.send_signal(SIGKILL));
      return Performed{.aftermath = Aftermath::dead};
    }
    if (fault.action.name == "stop") {
      TRY(victim.send_signal(SIGSTOP));
      return Performed{.aftermath = Aftermath::stopped};
    }
    const int number = *signal_number(fault.action.argument);
    TRY(victim.send_signal(number));
    return Performed{.details = {{"signal", signal_name(number)}}};
  }
};

const Registration<Injector> registration{std::make_unique<SignalInjector>()};

}  // namespace
}  // namespace harness
