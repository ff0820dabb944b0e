// sanitizer_clean: no role's sanitizer reported a mistake. Run for every case: a program that is built with a
// sanitizer is judged by it on any target.
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.h"
#include "check/findings.h"
#include "check/known_report.h"
#include "check/life.h"
#include "check/race_report.h"
#include "check/sanitizer_report.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

// The signal that a report of this kind tells of: SEGV tells of SIGSEGV; "" when it is of another kind.
std::string signal_of(const SanitizerReport& report) {
  static constexpr std::string_view signals[] = {"SEGV", "BUS", "FPE", "ILL", "ABRT", "TRAP"};
  const std::string word = report.kind.substr(0, report.kind.find(' '));
  const bool is_signal = std::find(std::begin(signals), std::end(signals), word) != std::end(signals);
  return is_signal ? "SIG" + word : "";
}

// A fault that sends the victim SIGSEGV is no mistake of the victim's.
bool was_sent(const History& history, const std::string& instance, const std::string& signal) {
  return std::any_of(history.begin(), history.end(), [&](const Event& event) {
    return event.kind == EventKind::fault && event.role == instance && signal_sent(event) != 0 &&
           signal_name(signal_sent(event)) == signal;
  });
}

// What is told of a slot names a process: this says which role that was.
std::string with_role(const History& history, const std::string& slot) {
  const size_t at = slot.rfind("process ");
  if (at == std::string::npos) return slot;
  const int pid = std::atoi(slot.c_str() + at + std::string_view("process ").size());
  const auto its = std::find_if(history.begin(), history.end(),
                                [&](const Event& event) { return event.pid == pid && !event.role.empty(); });
  return its == history.end() ? slot : slot + " (" + its->role + ")";
}

std::string describe(const History& history, const Event& output, const SanitizerReport& report) {
  const std::string where = report.place.empty() ? "" : " at " + report.place;
  if (report.is_own_failure)
    return fmt::format("{}: {} itself broke off, which says nothing of the program: {}", output.role,
                       report.sanitizer, report.kind);
  const std::string slot = report.slot.empty() ? "" : "; " + with_role(history, report.slot);
  return fmt::format("{}: {}: {}{}{}", output.role, report.sanitizer, report.kind, where, slot);
}

// Whose process that was, by any event of it.
std::string role_of_process(const History& history, int pid) {
  const auto known = std::find_if(history.begin(), history.end(), [&](const Event& event) {
    return event.pid == pid && !event.role.empty();
  });
  return known == history.end() ? fmt::format("process {}", pid) : known->role;
}

std::string describe_side(const History& history, const RaceReport::Side& side) {
  const size_t kept = std::min<size_t>(side.stack.size(), 4);
  const std::vector<std::string> stack(side.stack.begin(),
                                       side.stack.begin() + static_cast<std::ptrdiff_t>(kept));
  return fmt::format("{} of {} bytes by {} (pid {}) in {}", side.access, side.bytes,
                     role_of_process(history, side.pid), side.pid, fmt::join(stack, " < "));
}

std::string describe_race(const History& history, const RaceReport& race) {
  return fmt::format("data race at {}: {}; not ordered after it: {}; missing order: {}", race.place,
                     describe_side(history, race.earlier), describe_side(history, race.later),
                     race.missing_order);
}

class SanitizerClean : public Checker {
 public:
  std::string_view id() const override { return "sanitizer_clean"; }
  std::string_view summary() const override {
    return "no sanitizer that a program is built with reported a mistake (always checked)";
  }

  Status accepts(const nlohmann::json& options) const override {
    TRY(known_reports(options));
    return done();
  }

  std::vector<Finding> check(const Case&, const History& history,
                             const nlohmann::json& options) const override {
    const auto known = known_reports(options);
    const auto is_known = [&](const SanitizerReport& report) {
      return known && std::any_of(known->begin(), known->end(),
                                  [&](const KnownReport& one) { return one.is_about(report); });
    };
    std::vector<Finding> findings;
    for (const Event& event : history) {
      const bool is_said = event.name == "report" || event.name == "stderr";
      if (event.kind != EventKind::output || !is_said) continue;
      std::vector<SanitizerReport> told;
      for (const SanitizerReport& report : sanitizer_reports(event.data.value("text", ""))) {
        const std::string signal = signal_of(report);
        if (!signal.empty() && was_sent(history, event.role, signal)) continue;
        if (!report.is_own_failure && is_known(report)) continue;
        if (std::find(told.begin(), told.end(), report) != told.end()) continue;
        told.push_back(report);
        findings.push_back(report.is_own_failure
                               ? inconclusive(describe(history, event, report), {event.index})
                               : failure(describe(history, event, report), {event.index}));
      }
      const std::string text = event.data.value("text", "");
      for (const RaceReport& race : race_reports(text)) {
        if (is_known(race.in_short())) continue;
        findings.push_back(failure(event.role + ": " + describe_race(history, race), {event.index}));
      }
      const std::string unwatched = end_of_watch(text);
      if (!unwatched.empty())
        findings.push_back(inconclusive(event.role + ": the race detector has " + unwatched, {event.index}));
    }
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<SanitizerClean>()};

}  // namespace
}  // namespace harness
