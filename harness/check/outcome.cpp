#include "check/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "check/expectation.h"

namespace harness {
namespace {

// One variant's cases beside their results; nullptr where a case has none.
struct VariantCases {
  const Case* first = nullptr;
  std::vector<std::pair<const Case*, const CaseResult*>> cases;
};

Verdict verdict_of(const CaseResult* result) { return result ? result->verdict : Verdict::inconclusive; }

std::vector<VariantCases> by_variant(const Plan& plan, const std::vector<CaseResult>& results) {
  std::map<std::string, const CaseResult*> result_of;
  for (const CaseResult& result : results) result_of[result.id] = &result;

  std::vector<VariantCases> groups;
  std::map<std::tuple<std::string, std::string, std::string>, size_t> position;
  for (const Case& one : plan.cases) {
    const auto [place, is_new] = position.try_emplace({one.scenario, one.target, one.variant}, groups.size());
    if (is_new) groups.push_back({.first = &one});
    const auto result = result_of.find(one.id);
    groups[place->second].cases.emplace_back(&one, result == result_of.end() ? nullptr : result->second);
  }
  return groups;
}

bool all_faults_fired(const CaseResult* result) {
  return result && result->faults_planned > 0 && result->faults_fired == result->faults_planned;
}

bool shows_expected(const Expectation& expected, const CaseResult* result) {
  if (!result) return false;
  if (expected.outcome == Expectation::Outcome::fail) return failed_by(result->findings, expected.checker);
  if (expected.outcome == Expectation::Outcome::platform)
    return shows_defect(result->findings, expected.defect);
  return expected.outcome == Expectation::Outcome::not_shown &&
         !caught_by(expected, result->findings).empty();
}

// The checker whose failure is what `expected` asks for, or that failed in its stead.
std::string catcher(const Expectation& expected, const CaseResult* result) {
  if (!result) return "";
  if (expected.outcome == Expectation::Outcome::pass) return "";
  if (expected.outcome != Expectation::Outcome::platform) return caught_by(expected, result->findings);
  for (const Finding& finding : result->findings) {
    if (finding.verdict == Verdict::fail && finding.defect == expected.defect) return finding.checker;
  }
  return "";
}

bool wants_catch(const Expectation& expected) {
  return expected.outcome == Expectation::Outcome::fail || expected.outcome == Expectation::Outcome::platform;
}

bool any_case(const VariantCases& group, Verdict verdict) {
  return std::any_of(group.cases.begin(), group.cases.end(),
                     [&](const auto& entry) { return verdict_of(entry.second) == verdict; });
}

// The first case that failed in a way that nobody expects, or nullptr.
const CaseResult* unexpected_failure(const VariantCases& group) {
  for (const auto& [one, result] : group.cases) {
    if (result && result->verdict == Verdict::fail && !result->as_expected) return result;
  }
  return nullptr;
}

std::string failing_checkers(const CaseResult& result) {
  std::vector<std::string> names;
  for (const Finding& finding : result.findings) {
    if (finding.verdict != Verdict::fail) continue;
    const std::string name =
        finding.whose == Whose::program
            ? finding.checker
            : fmt::format("{} ({} {})", finding.checker, to_string(finding.whose), finding.defect);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names.empty() ? "no checker" : fmt::format("{}", fmt::join(names, ", "));
}

// Not caught although every case could be judged. With an inconclusive case nobody can say that it was
// missed.
bool is_missed(const VariantCases& group, const VariantOutcome& outcome) {
  return wants_catch(outcome.expected) && !outcome.caught && !any_case(group, Verdict::inconclusive);
}

bool is_surprise(const VariantCases& group, const VariantOutcome& outcome) {
  return unexpected_failure(group) != nullptr || is_missed(group, outcome);
}

std::string explain(const VariantCases& group, const VariantOutcome& outcome) {
  const std::string expected = to_string(outcome.expected);
  if (const CaseResult* failure = unexpected_failure(group)) {
    return fmt::format("{} was expected to come to \"{}\", but {} failed by {}", outcome.variant, expected,
                       failure->id, failing_checkers(*failure));
  }
  if (is_missed(group, outcome)) {
    return fmt::format("{} was expected to come to \"{}\", but no case showed it: {} of {} passed",
                       outcome.variant, expected, outcome.cases, outcome.cases);
  }
  for (const auto& [one, result] : group.cases) {
    if (!result) return fmt::format("{} was planned, but has no result", one->id);
  }
  return fmt::format("{} of {} cases of {} could not be judged", outcome.surprises.size(), outcome.cases,
                     outcome.variant);
}

VariantOutcome outcome_of_variant(const VariantCases& group) {
  const Case& first = *group.first;
  VariantOutcome outcome{.scenario = first.scenario,
                         .mechanism = first.mechanism,
                         .target = first.target,
                         .variant = first.variant,
                         .mutant = first.mutant,
                         .expected = first.expected,
                         .cases = static_cast<int>(group.cases.size())};
  for (const auto& [one, result] : group.cases) {
    outcome.verdict = worst(outcome.verdict, verdict_of(result));
    outcome.fired_cases += all_faults_fired(result) ? 1 : 0;
    if (!result || !result->as_expected) outcome.surprises.push_back(one->id);
    const bool shown = shows_expected(outcome.expected, result);
    if (shown ? !outcome.caught : outcome.caught_by.empty())
      outcome.caught_by = catcher(outcome.expected, result);
    outcome.caught = outcome.caught || shown;
  }
  outcome.as_expected = outcome.surprises.empty() && (outcome.caught || !wants_catch(outcome.expected));
  if (!outcome.as_expected) outcome.why = explain(group, outcome);
  return outcome;
}

void count(RunOutcome& run, const VariantCases& group) {
  for (const auto& [one, result] : group.cases) {
    const Verdict verdict = verdict_of(result);
    ++run.cases;
    ++(verdict == Verdict::pass ? run.passed : verdict == Verdict::fail ? run.failed : run.inconclusive);
  }
}

}  // namespace

RunOutcome outcome_of(const Plan& plan, const std::vector<CaseResult>& results) {
  RunOutcome run;
  for (const VariantCases& group : by_variant(plan, results)) {
    count(run, group);
    VariantOutcome variant = outcome_of_variant(group);
    const bool is_to_be_caught = variant.mutant && variant.expected.outcome == Expectation::Outcome::fail;
    run.mutants += is_to_be_caught ? 1 : 0;
    run.mutants_caught += is_to_be_caught && variant.caught ? 1 : 0;
    run.surprise = run.surprise || is_surprise(group, variant);
    run.variants.push_back(std::move(variant));
  }
  run.inconclusive_any = run.inconclusive > 0;
  run.verdict = run.surprise                                   ? Verdict::fail
                : run.inconclusive_any || run.variants.empty() ? Verdict::inconclusive
                                                               : Verdict::pass;
  run.exit_status = run.cases == 0 ? 77 : run.surprise ? 1 : run.inconclusive_any ? 2 : 0;
  return run;
}

}  // namespace harness
