#include "report/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "check/outcome.h"
#include "report/replay_line.h"

namespace harness {
namespace {

constexpr std::string_view kDoubt = "could not be judged";

// Of scenario/target/… all but the target.
std::string without_target(const std::string& id) {
  const size_t first = id.find('/');
  const size_t second = first == std::string::npos ? first : id.find('/', first + 1);
  return second == std::string::npos ? id : id.substr(0, first) + id.substr(second);
}

// A case without its repeat.
std::string key_of(const Case& one, bool is_of_any_target) {
  const std::string repeat = "/r" + std::to_string(one.repeat);
  const bool is_repeated = one.repeat > 1 && one.id.ends_with(repeat);
  const std::string key = is_repeated ? one.id.substr(0, one.id.size() - repeat.size()) : one.id;
  return is_of_any_target ? without_target(key) : key;
}

bool is_exploration(const RunRecord& record) {
  return record.plan.exploration.is_object() && record.plan.exploration.contains("points");
}

std::set<std::string> planned_targets_of(const RunRecord& record) {
  std::set<std::string> targets;
  for (const Case& one : record.plan.cases) targets.insert(one.target);
  return targets;
}

// Two explorations of one target each, which is not the same.
bool are_of_two_targets(const RunRecord& before, const RunRecord& now) {
  const std::set<std::string> earlier = planned_targets_of(before);
  const std::set<std::string> later = planned_targets_of(now);
  return is_exploration(before) && is_exploration(now) && earlier.size() == 1 && later.size() == 1 &&
         earlier != later;
}

std::set<std::string> points_of(const RunRecord& record) {
  std::set<std::string> points;
  for (const auto& name : record.plan.exploration.at("points").at("names"))
    points.insert(without_target(name.get<std::string>()));
  return points;
}

void compare_points(const RunRecord& before, const RunRecord& now, RunDiff& diff) {
  if (!is_exploration(before) || !is_exploration(now)) return;
  const std::set<std::string> earlier = points_of(before);
  const std::set<std::string> later = points_of(now);
  std::set_difference(earlier.begin(), earlier.end(), later.begin(), later.end(),
                      std::back_inserter(diff.points_only_before));
  std::set_difference(later.begin(), later.end(), earlier.begin(), earlier.end(),
                      std::back_inserter(diff.points_only_now));
}

// How a result is not what it should be: "progress, no_residue", or "" when it is.
std::string trouble_of(const CaseResult& result) {
  if (result.as_expected) return "";
  if (result.verdict != Verdict::fail) return std::string(kDoubt);
  std::set<std::string> names;
  for (const Finding& finding : result.findings) {
    if (finding.verdict != Verdict::fail) continue;
    names.insert(finding.defect.empty() ? finding.checker : finding.checker + " " + finding.defect);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// What all repeats of one case came to.
struct Standing {
  std::set<std::string> failures;
  bool passed = false;  // at least once
  bool in_doubt = false;
  std::string replay;  // of a repeat that failed

  bool was_judged() const { return passed || !failures.empty(); }
  std::string words() const { return fmt::format("{}", fmt::join(failures, "; ")); }
};

using Standings = std::map<std::string, Standing>;

void add_missed_mutants(const RunRecord& record, bool is_of_any_target, Standings& standings) {
  for (const VariantOutcome& variant : outcome_of(record.plan, record.results).variants) {
    const std::string full = variant.scenario + "/" + variant.target + "/" + variant.variant;
    const std::string id = is_of_any_target ? without_target(full) : full;
    const bool is_asked = variant.expected.outcome == Expectation::Outcome::fail ||
                          variant.expected.outcome == Expectation::Outcome::platform;
    if (!is_asked || (!variant.as_expected && !variant.surprises.empty())) continue;
    if (variant.caught) {
      standings[id].passed = true;
    } else {
      standings[id].failures.insert("no case showed " + to_string(variant.expected));
    }
  }
}

Standings standings_of(const RunRecord& record, bool is_of_any_target) {
  std::map<std::string, const Case*> planned;
  Standings standings;
  for (const Case& one : record.plan.cases) {
    planned[one.id] = &one;
    standings[key_of(one, is_of_any_target)];
  }
  for (const CaseResult& result : record.results) {
    const auto of = planned.find(result.id);
    if (of == planned.end()) continue;
    Standing& standing = standings[key_of(*of->second, is_of_any_target)];
    const std::string trouble = trouble_of(result);
    standing.passed = standing.passed || trouble.empty();
    standing.in_doubt = standing.in_doubt || trouble == kDoubt;
    if (trouble.empty()) continue;
    if (trouble != kDoubt) standing.failures.insert(trouble);
    standing.replay = replay_line(*of->second);
  }
  for (auto& [key, standing] : standings) standing.in_doubt = standing.in_doubt || !standing.was_judged();
  for (const std::string& id : record.info.flaky) {
    if (const auto of = planned.find(id); of != planned.end())
      standings[key_of(*of->second, is_of_any_target)].passed = true;
  }
  add_missed_mutants(record, is_of_any_target, standings);
  return standings;
}

using Kind = Difference::Kind;

// Nothing where both are as they should be.
std::optional<Kind> kind_of(const Standing& before, const Standing& now) {
  if (!now.failures.empty()) {
    const bool is_known = std::includes(before.failures.begin(), before.failures.end(), now.failures.begin(),
                                        now.failures.end());
    if (is_known) return Kind::known;
    return before.failures.empty() ? Kind::new_failure : Kind::changed_failure;
  }
  if (now.in_doubt) return before.in_doubt ? Kind::known : Kind::new_doubt;
  if (before.failures.empty()) return std::nullopt;
  return before.passed ? Kind::flaky : Kind::fixed;
}

bool any(const RunDiff& diff, std::initializer_list<Kind> kinds) {
  return std::any_of(diff.differences.begin(), diff.differences.end(), [&](const Difference& one) {
    return std::find(kinds.begin(), kinds.end(), one.kind) != kinds.end();
  });
}

}  // namespace

RunDiff diff_runs(const RunRecord& before, const RunRecord& now) {
  const bool is_of_any_target = are_of_two_targets(before, now);
  const Standings earlier = standings_of(before, is_of_any_target);
  const Standings later = standings_of(now, is_of_any_target);
  RunDiff diff;
  compare_points(before, now, diff);
  for (const auto& [id, standing] : later) {
    const auto known = earlier.find(id);
    const Standing past = known == earlier.end() ? Standing{} : known->second;
    diff.only_now += known == earlier.end() ? 1 : 0;
    diff.in_both += past.was_judged() && standing.was_judged() ? 1 : 0;
    if (const auto kind = kind_of(past, standing))
      diff.differences.push_back(
          {*kind, id, past.words(),
           standing.failures.empty() && standing.in_doubt ? std::string(kDoubt) : standing.words(),
           standing.replay});
  }
  for (const auto& [id, standing] : earlier) {
    if (later.count(id) != 0) continue;
    ++diff.only_before;
    if (!standing.failures.empty()) diff.differences.push_back({Kind::gone, id, standing.words(), "", ""});
  }
  std::stable_sort(diff.differences.begin(), diff.differences.end(),
                   [](const Difference& a, const Difference& b) { return a.kind < b.kind; });
  const bool is_vacuous = diff.in_both == 0 || !now.complete;
  diff.exit_status = any(diff, {Kind::new_failure, Kind::changed_failure}) ? 1
                     : any(diff, {Kind::new_doubt}) || is_vacuous          ? 2
                                                                           : 0;
  return diff;
}

std::string_view to_string(Difference::Kind kind) {
  switch (kind) {
    case Kind::new_failure:
      return "NEW";
    case Kind::changed_failure:
      return "CHANGED";
    case Kind::new_doubt:
      return "INCONCLUSIVE";
    case Kind::known:
      return "known";
    case Kind::flaky:
      return "flaky";
    case Kind::fixed:
      return "fixed";
    case Kind::gone:
      return "gone";
  }
  return "";
}

}  // namespace harness
