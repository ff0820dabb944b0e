#include "report/gate.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "report/scenario_run.h"
#include "report/wording.h"

namespace harness {
namespace {

bool fits(const std::string& glob, const std::string& text) {
  return glob == text || ::fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

std::string variant_of(const Case& one) { return one.scenario + "/" + one.target + "/" + one.variant; }

class Gate {
 public:
  Gate(RunRecord record, const GatePolicy& policy, const std::vector<Claim>& claims, std::string today)
      : record_(std::move(record)), policy_(policy), claims_(claims), today_(std::move(today)) {}

  GateOutcome judge() {
    ask_quarantine();
    runs_ = scenario_runs(record_);
    ask_whole();
    ask_as_expected();
    ask_targets();
    ask_scenarios();
    ask_minimum();
    ask_skips();
    for (const GateRule& rule : outcome_.rules) outcome_.verdict = worst(outcome_.verdict, rule.verdict);
    outcome_.exit_status = outcome_.verdict == Verdict::fail           ? 1
                           : outcome_.verdict == Verdict::inconclusive ? 2
                                                                       : 0;
    return std::move(outcome_);
  }

 private:
  void say(std::string name, Verdict verdict, std::string message, std::string place = "") {
    outcome_.rules.push_back({std::move(name), verdict, std::move(message), std::move(place)});
  }

  static Verdict demand(bool holds) { return holds ? Verdict::pass : Verdict::fail; }

  // --- quarantine: what it lets off is taken out of the run before anything else is asked

  void ask_quarantine() {
    for (const Quarantine& entry : policy_.quarantine) {
      const bool is_over = today_ > entry.until;
      if (is_over) {
        say("quarantine", Verdict::fail,
            fmt::format("{} was let off until {}, which is over: mend it, or say why it may wait longer ({})",
                        entry.cases, entry.until, entry.because),
            entry.place);
        continue;
      }
      const size_t let_off = take_out(entry);
      say("quarantine", Verdict::pass,
          fmt::format("{}: {} let off until {} ({})", entry.cases,
                      counted(static_cast<int64_t>(let_off), "surprise"), entry.until, entry.because),
          entry.place);
    }
  }

  // The cases that the entry names and that are not as expected; all of a variant's where it is named as a
  // whole.
  size_t take_out(const Quarantine& entry) {
    std::set<std::string> as_expected;
    for (const CaseResult& result : record_.results) {
      if (result.as_expected) as_expected.insert(result.id);
    }
    std::set<std::string> wrong_variants;
    for (const VariantOutcome& variant : outcome_of(record_.plan, record_.results).variants) {
      if (!variant.as_expected)
        wrong_variants.insert(variant.scenario + "/" + variant.target + "/" + variant.variant);
    }
    size_t let_off = 0;
    std::set<std::string> gone;
    std::set<std::string> let_off_variants;
    for (const Case& one : record_.plan.cases) {
      const std::string variant = variant_of(one);
      if (fits(entry.cases, variant) && wrong_variants.count(variant) != 0) {
        let_off += let_off_variants.insert(variant).second ? 1 : 0;
        gone.insert(one.id);
      } else if (fits(entry.cases, one.id) && as_expected.count(one.id) == 0) {
        ++let_off;
        gone.insert(one.id);
      }
    }
    std::erase_if(record_.plan.cases, [&](const Case& one) { return gone.count(one.id) != 0; });
    std::erase_if(record_.results, [&](const CaseResult& one) { return gone.count(one.id) != 0; });
    return let_off;
  }

  // --- what every gate asks

  void ask_whole() {
    if (!record_.complete)
      say("whole", Verdict::inconclusive,
          fmt::format("the run was cut short: {} of {} have a verdict", record_.results.size(),
                      counted(static_cast<int64_t>(record_.plan.cases.size()), "case")));
    const int judged = judged_cases();
    say("not vacuous", demand(judged > 0), counted(judged, "case") + " judged");
  }

  void ask_as_expected() {
    size_t variants = 0;
    bool all_are = true;
    for (const ScenarioRun& run : runs_) {
      for (const VariantRun& variant : run.variants) {
        ++variants;
        if (variant.outcome.as_expected) continue;
        all_are = false;
        say("as expected", variant.verdict,
            fmt::format("{} on {}: {}", run.scenario, run.target, variant.outcome.why));
      }
    }
    if (all_are)
      say("as expected", Verdict::pass,
          counted(static_cast<int64_t>(variants), "variant") + " came out as expected");
  }

  // --- what the policy asks

  int judged_cases() const {
    return static_cast<int>(
        std::count_if(record_.results.begin(), record_.results.end(),
                      [](const CaseResult& result) { return result.verdict != Verdict::inconclusive; }));
  }

  static bool has_judged_case(const ScenarioRun& run) {
    for (const VariantRun& variant : run.variants) {
      for (const JudgedCase& one : variant.cases) {
        if (one.was_run && one.result.verdict != Verdict::inconclusive) return true;
      }
    }
    return false;
  }

  bool was_judged(const std::string& scenario, const std::string& target) const {
    return std::any_of(runs_.begin(), runs_.end(), [&](const ScenarioRun& run) {
      return fits(scenario, run.scenario) && fits(target, run.target) && has_judged_case(run);
    });
  }

  // A skip that is allowed, and that tells why a scenario is not there.
  bool is_let_off(const std::string& scenario, const std::string& target) const {
    const std::vector<std::string>& notes = record_.plan.notes;
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
      return fits(scenario + " on " + target + ": skipped: *", note) && allowed(note) != nullptr;
    });
  }

  void ask_targets() {
    for (const Wanted& target : policy_.targets) {
      const bool is_there = was_judged("*", target.name);
      say("required target", demand(is_there),
          target.name + (is_there ? " was judged" : ": no case was judged there"), target.place);
    }
  }

  void ask_scenarios() {
    const std::vector<Wanted> anywhere = {{.name = "*", .place = ""}};
    for (const Wanted& scenario : policy_.scenarios) {
      std::string missing;
      for (const Wanted& target : policy_.targets.empty() ? anywhere : policy_.targets) {
        if (was_judged(scenario.name, target.name) || is_let_off(scenario.name, target.name)) continue;
        missing += (missing.empty() ? " on " : ", ") + (target.name == "*" ? "any target" : target.name);
      }
      say("required scenario", demand(missing.empty()),
          scenario.name + (missing.empty() ? " was judged" : ": no case was judged" + missing),
          scenario.place);
    }
  }

  void ask_minimum() {
    ask_floor("cases", policy_.cases, judged_cases(), judged_cases(), "judged");
    ask_floor("checks", policy_.checks, checks(), checks(), "came to a verdict");
    const RunOutcome outcome = outcome_of(record_.plan, record_.results);
    ask_floor("mutants", policy_.mutants, outcome.mutants_caught, outcome.mutants, "caught");
    PointCounts points;
    for (const ScenarioRun& run : runs_) {
      const PointCounts own = count_points(run);
      points.total += own.total;
      points.fired += own.fired;
    }
    ask_floor("points", policy_.points, points.fired, points.total, "struck");
    ask_floor("claims", policy_.claims, shown_claims(), static_cast<int>(claims_.size()), "shown");
  }

  void ask_floor(const std::string& what, const std::optional<Floor>& floor, int found, int all,
                 std::string_view deed) {
    if (!floor) return;
    // A share of nothing is not reached.
    const bool is_reached =
        floor->is_percent ? all > 0 && 100LL * found >= 1LL * floor->least * all : found >= floor->least;
    const std::string share = floor->is_percent ? fmt::format(" of {}", all) : "";
    say("minimum " + what, demand(is_reached),
        fmt::format("{}{} {} {}, at least {} wanted", found, share, what, deed, to_string(*floor)),
        floor->place);
  }

  // Checkers that judged something: those of judged cases, without the ones that could not.
  int checks() const {
    int count = 0;
    for (const ScenarioRun& run : runs_) {
      for (const VariantRun& variant : run.variants) {
        for (const JudgedCase& one : variant.cases) {
          if (one.was_run && one.result.verdict != Verdict::inconclusive) count += checks_of(one);
        }
      }
    }
    return count;
  }

  static int checks_of(const JudgedCase& one) {
    const std::vector<Finding>& findings = one.result.findings;
    return static_cast<int>(
        std::count_if(one.plan->checkers.begin(), one.plan->checkers.end(), [&](const CheckerUse& use) {
          return std::none_of(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.checker == use.name && finding.verdict == Verdict::inconclusive;
          });
        }));
  }

  int shown_claims() const {
    std::set<std::string> passed;
    for (const ScenarioRun& run : runs_) {
      if (run.outcome.verdict == Verdict::pass && has_judged_case(run)) passed.insert(run.scenario);
    }
    return static_cast<int>(std::count_if(claims_.begin(), claims_.end(), [&](const Claim& claim) {
      return std::any_of(claim.scenarios.begin(), claim.scenarios.end(),
                         [&](const std::string& scenario) { return passed.count(scenario) != 0; });
    }));
  }

  // --- what was left out

  const AllowedSkip* allowed(const std::string& skip) const {
    for (const AllowedSkip& one : policy_.skips) {
      if (fits(one.skip, skip)) return &one;
    }
    return nullptr;
  }

  void ask_skips() {
    std::vector<std::string> skips = record_.plan.notes;
    for (const TargetInfo& target : record_.info.targets) {
      for (const std::string& lost : target.lost) skips.push_back(target.id + ": lost: " + lost);
    }
    for (const std::string& skip : skips) {
      const AllowedSkip* by = allowed(skip);
      say("left out", demand(by != nullptr),
          by != nullptr ? skip + " (allowed: " + by->because + ")" : skip + ": allow_skips does not name it",
          by != nullptr ? by->place : "");
    }
  }

  RunRecord record_;
  const GatePolicy& policy_;
  const std::vector<Claim>& claims_;
  std::string today_;
  std::vector<ScenarioRun> runs_;
  GateOutcome outcome_;
};

}  // namespace

GateOutcome pass_gate(RunRecord record, const GatePolicy& policy, const std::vector<Claim>& claims,
                      const std::string& today) {
  return Gate(std::move(record), policy, claims, today).judge();
}

}  // namespace harness
