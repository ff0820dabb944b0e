// The transfer injector: reads and writes that move fewer bytes than asked for, and calls that a signal
// interrupts. All of it is what the kernel does by itself on a bad day.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <optional>

#include "core/eintr_table.h"
#include "inject/injector.h"
#include "interruptible.h"

namespace harness {
namespace {

std::optional<size_t> byte_count(const std::string& text) {
  size_t bytes = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return bytes;
}

class TransferInjector : public Injector {
 public:
  std::string_view id() const override { return "transfer"; }

  std::vector<ActionKind> actions() const override {
    return {{"short", "short(BYTES)", "at syscall/enter: the call really moves at most so many bytes", false,
             true},
            {"eintr", "eintr(SIG)", "with hold: blocked: a signal that is caught, into the blocked call",
             false, true}};
  }

  Status accepts(const Fault& fault) const override {
    const bool is_entry =
        fault.at.kind == InjectionPoint::Kind::syscall && fault.at.edge == InjectionPoint::Edge::enter;
    if (!is_entry)
      return usage_error("action " + fault.action.name +
                         " needs a point at the entry of a system call, not " + to_string(fault.at));
    return fault.action.name == "short" ? accepts_short(fault) : accepts_eintr(fault);
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    if (fault.action.name == "eintr") return interrupt(fault, victim);
    ASSIGN_OR_RETURN(const Shortened shorter, victim.shorten_call(*byte_count(fault.action.argument)));
    // Who watches by edges may take a short transfer for "nothing left" (epoll(7), question 9): the kernel
    // gives it one only then.
    return Performed{.synthetic = shorter.is_edge_triggered,
                     .details = {{"asked", shorter.asked}, {"given", shorter.given}}};
  }

 private:
  static Status accepts_short(const Fault& fault) {
    if (calls_that_move_bytes().count(fault.at.name) == 0)
      return usage_error("action short: " + fault.at.name + " is none of the calls that it can cut: " +
                         fmt::format("{}", fmt::join(calls_that_move_bytes(), " ")));
    const auto bytes = byte_count(fault.action.argument);
    if (!bytes) return usage_error("action short needs a number of bytes, as in short(1)");
    if (*bytes == 0)
      return usage_error("action short(0): a transfer of nothing means the end of a stream; use 1 or more");
    return done();
  }

  static Status accepts_eintr(const Fault& fault) {
    const std::string& call = fault.at.name;
    if (const std::string reason = never_interrupted(call); !reason.empty())
      return usage_error("action eintr: " + call + " never returns EINTR: " + reason);
    if (fault.hold.until != Hold::Until::blocked)
      return usage_error("action eintr needs hold: blocked: a signal elsewhere interrupts nothing");
    const auto number = signal_number(fault.action.argument);
    if (!number || *number == SIGKILL || *number == SIGSTOP)
      return usage_error("action eintr needs a signal that can be caught, as in eintr(SIGUSR1)");
    return done();
  }

  // Without a handler a signal ends the program, or passes it by: neither is EINTR (signal(7)).
  static Result<Performed> interrupt(const Fault& fault, Victim& victim) {
    const int number = *signal_number(fault.action.argument);
    ASSIGN_OR_RETURN(const std::vector<int> caught, victim.caught_signals());
    if (std::count(caught.begin(), caught.end(), number) == 0)
      return unavailable("the victim does not catch " + signal_name(number) + ", or blocks it");
    TRY(victim.send_signal(number));
    return Performed{.details = {{"signal", signal_name(number)}}};
  }
};

const Registration<Injector> registration{std::make_unique<TransferInjector>()};

}  // namespace
}  // namespace harness
