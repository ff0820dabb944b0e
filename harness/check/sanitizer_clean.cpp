// sanitizer_clean: no role's sanitizer reported a mistake. Run for every case: a program that is built with a
// sanitizer is judged by it on any target.
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.h"
#include "check/findings.h"
#include "check/known_report.h"
#include "check/life.h"
#include "check/race_report.h"
#include "check/sanitizer_end.h"
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

// A report, who made it, and where in the history that stands: a mistake in what several roles run is one.
struct Told {
  SanitizerReport report;
  std::vector<std::string> roles;
  std::vector<int> events;

  void add(const Event& event) {
    if (std::find(roles.begin(), roles.end(), event.role) == roles.end()) roles.push_back(event.role);
    if (std::find(events.begin(), events.end(), event.index) == events.end()) events.push_back(event.index);
  }
};

std::string describe(const History& history, const Told& told) {
  const SanitizerReport& report = told.report;
  const std::string roles = fmt::format("{}", fmt::join(told.roles, ", "));
  if (report.is_own_failure)
    return fmt::format("{}: {} itself broke off, which says nothing of the program: {}", roles,
                       report.sanitizer, report.kind);
  const std::string where = report.place.empty() ? "" : " at " + report.place;
  const std::string slot = report.slot.empty() ? "" : "; " + with_role(history, report.slot);
  const std::string end = report.is_cut_off ? "; the report was cut off before its end" : "";
  return fmt::format("{}: {}: {}{}{}{}", roles, report.sanitizer, report.kind, where, slot, end);
}

Finding finding_of(const History& history, const Told& told) {
  const std::string words = describe(history, told);
  return told.report.is_own_failure ? inconclusive(words, told.events) : failure(words, told.events);
}

bool counts(const History& history, const Event& event, const SanitizerReport& report,
            const std::vector<KnownReport>& known) {
  const std::string signal = signal_of(report);
  if (!signal.empty() && was_sent(history, event.role, signal)) return false;
  return report.is_own_failure || !is_known(known, report);
}

// Each once, in the order in which they first come.
std::vector<Told> counted_reports(const History& history, const std::vector<KnownReport>& known) {
  std::vector<Told> all;
  for (const Event& event : history) {
    if (!is_from_sanitizer(event)) continue;
    for (const SanitizerReport& report : sanitizer_reports(event.data.value("text", ""))) {
      if (!counts(history, event, report, known)) continue;
      auto told = std::find_if(all.begin(), all.end(), [&](const Told& one) { return one.report == report; });
      if (told == all.end()) told = all.insert(all.end(), Told{.report = report});
      told->add(event);
    }
  }
  return all;
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
    const auto understood = known_reports(options);
    const std::vector<KnownReport> known = understood ? *understood : std::vector<KnownReport>();
    std::vector<Finding> findings;
    for (const Told& told : counted_reports(history, known)) findings.push_back(finding_of(history, told));
    for (const Event& event : history) {
      if (is_from_sanitizer(event)) add_races(history, event, known, findings);
    }
    for (const Event& event : history) {
      if (is_from_sanitizer(event)) add_unseen(event, findings);
    }
    return findings;
  }

 private:
  static void add_races(const History& history, const Event& event, const std::vector<KnownReport>& known,
                        std::vector<Finding>& findings) {
    for (const RaceReport& race : race_reports(event.data.value("text", ""))) {
      if (is_known(known, race.in_short())) continue;
      findings.push_back(failure(event.role + ": " + describe_race(history, race), {event.index}));
    }
  }

  // What a sanitizer could not look at, or what it wrote and nobody has read.
  static void add_unseen(const Event& event, std::vector<Finding>& findings) {
    const std::string text = event.data.value("text", "");
    if (const std::string words = end_of_watch(text); !words.empty())
      findings.push_back(inconclusive(event.role + ": the race detector has " + words, {event.index}));
    if (const std::string words = unseen_by_threads(text); !words.empty())
      findings.push_back(inconclusive(event.role + ": not seen by ThreadSanitizer: " + words, {event.index}));
    const auto left_out = event.data.value("left_out_bytes", size_t{0});
    if (left_out == 0 || has_failure(findings)) return;
    findings.push_back(inconclusive(fmt::format("{}: {} bytes of what its sanitizer wrote were left out, in "
                                                "which there may be reports",
                                                event.role, left_out),
                                    {event.index}));
  }

  static bool has_failure(const std::vector<Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& one) { return one.verdict == Verdict::fail; });
  }
};

const Registration<Checker> registration{std::make_unique<SanitizerClean>()};

}  // namespace
}  // namespace harness
