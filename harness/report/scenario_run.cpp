#include "report/scenario_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "report/wording.h"

namespace harness {
namespace {

CaseResult not_run(const Case& plan) {
  CaseResult result{.id = plan.id, .verdict = Verdict::inconclusive};
  result.findings.push_back(
      {.checker = "run", .verdict = Verdict::inconclusive, .message = "the run ended before this case"});
  result.faults_planned = static_cast<int>(plan.faults.size());
  return result;
}

// Puts cases beside their results and histories.
class Judged {
 public:
  explicit Judged(const RunRecord& record) : record_(record) {
    for (const CaseResult& result : record.results) results_[result.id] = &result;
  }

  JudgedCase of(const Case& plan) const {
    static const History kNothing;
    const auto history = record_.histories.find(plan.id);
    const auto result = results_.find(plan.id);
    const bool was_run = result != results_.end();
    return {.plan = &plan,
            .history = history == record_.histories.end() ? &kNothing : &history->second,
            .result = was_run ? *result->second : not_run(plan),
            .was_run = was_run};
  }

 private:
  const RunRecord& record_;
  std::map<std::string, const CaseResult*> results_;
};

// The position of a key among those seen so far, appending a new group when it is the first of its kind.
template <typename Key, typename Group>
Group& group_of(const Key& key, std::map<Key, size_t>& positions, std::vector<Group>& groups) {
  const auto [place, is_new] = positions.try_emplace(key, groups.size());
  if (is_new) groups.emplace_back();
  return groups[place->second];
}

std::vector<ScenarioRun> grouped(const RunRecord& record) {
  const Judged judged(record);
  std::vector<ScenarioRun> runs;
  std::map<std::tuple<std::string, std::string>, size_t> run_positions;
  std::map<std::tuple<std::string, std::string>, std::map<std::string, size_t>> variant_positions;
  for (const Case& one : record.plan.cases) {
    const std::tuple key(one.scenario, one.target);
    ScenarioRun& run = group_of(key, run_positions, runs);
    run.scenario = one.scenario;
    run.mechanism = one.mechanism;
    run.target = one.target;
    group_of(one.variant, variant_positions[key], run.variants).cases.push_back(judged.of(one));
  }
  return runs;
}

void add_to(const VariantRun& variant, Plan& plan, std::vector<CaseResult>& results) {
  for (const JudgedCase& one : variant.cases) {
    plan.cases.push_back(*one.plan);
    if (one.was_run) results.push_back(one.result);
  }
}

void judge_variant(VariantRun& variant) {
  Plan plan;
  std::vector<CaseResult> results;
  add_to(variant, plan, results);
  const RunOutcome outcome = outcome_of(plan, results);
  variant.outcome = outcome.variants.front();
  variant.verdict = outcome.verdict;
}

RunOutcome outcome_of_run(const ScenarioRun& run) {
  Plan plan;
  std::vector<CaseResult> results;
  for (const VariantRun& variant : run.variants) add_to(variant, plan, results);
  return outcome_of(plan, results);
}

// How many variants of one kind came out as they should, of how many.
struct Tally {
  int as_expected = 0;
  int all = 0;

  void add(const VariantRun& variant) {
    ++all;
    as_expected += variant.outcome.as_expected ? 1 : 0;
  }
};

void add_words(std::string& words, const Tally& tally, std::string_view noun, std::string_view what) {
  if (tally.all == 0) return;
  words += counted_of(tally.as_expected, tally.all, noun, what) + " · ";
}

// A place in a program where a role is hit, whatever the arrival.
std::string point_of(const Fault& fault) { return role_of(fault.victim) + "@" + to_string(fault.at); }

// Each fault of a case that struck, by its index in the case.
std::set<size_t> fired_faults(const JudgedCase& one) {
  std::set<size_t> fired;
  const bool all_fired = one.was_run && one.result.faults_fired >= one.result.faults_planned;
  for (size_t i = 0; all_fired && i < one.plan->faults.size(); ++i) fired.insert(i);
  for (const Event& event : *one.history) {
    const auto index = event.data.find("fault");
    if (event.kind != EventKind::fault || index == event.data.end() || !index->is_number_integer()) continue;
    fired.insert(index->get<size_t>());
  }
  return fired;
}

}  // namespace

std::vector<const JudgedCase*> VariantRun::surprises() const {
  std::vector<const JudgedCase*> result;
  for (const JudgedCase& one : cases) {
    if (!one.result.as_expected) result.push_back(&one);
  }
  std::stable_sort(result.begin(), result.end(), [](const JudgedCase* a, const JudgedCase* b) {
    return std::pair(a->was_run, a->result.verdict) > std::pair(b->was_run, b->result.verdict);
  });
  return result;
}

bool VariantRun::is_worth_telling() const {
  if (outcome.as_expected) return false;
  const std::vector<const JudgedCase*> cases_to_tell = surprises();
  return cases_to_tell.empty() || cases_to_tell.front()->was_run;
}

int ScenarioRun::not_run() const {
  int count = 0;
  for (const VariantRun& variant : variants) {
    for (const JudgedCase& one : variant.cases) count += one.was_run ? 0 : 1;
  }
  return count;
}

int64_t ScenarioRun::duration_ns() const {
  int64_t sum = 0;
  for (const VariantRun& variant : variants) {
    for (const JudgedCase& one : variant.cases) sum += one.result.duration_ns;
  }
  return sum;
}

std::vector<ScenarioRun> scenario_runs(const RunRecord& record) {
  std::vector<ScenarioRun> runs = grouped(record);
  for (ScenarioRun& run : runs) {
    for (VariantRun& variant : run.variants) judge_variant(variant);
    run.outcome = outcome_of_run(run);
  }
  return runs;
}

std::string counts_words(const ScenarioRun& run) {
  Tally correct;
  Tally tried;  // mutants that were named by --variant: judged like a program of one's own
  Tally mutants;
  Tally known;
  Tally platform;
  int unshown = 0;  // mutants whose mistake cannot come out here
  for (const VariantRun& variant : run.variants) {
    const Expectation::Outcome expected = variant.outcome.expected.outcome;
    const bool is_tried = variant.outcome.mutant && expected == Expectation::Outcome::pass;
    if (expected == Expectation::Outcome::not_shown && !variant.outcome.caught) {
      ++unshown;
      continue;
    }
    Tally& tally = is_tried                                     ? tried
                   : expected == Expectation::Outcome::platform ? platform
                   : variant.outcome.mutant                     ? mutants
                   : expected == Expectation::Outcome::fail     ? known
                                                                : correct;
    tally.add(variant);
  }
  std::string words;
  add_words(words, correct, "", "correct pass");
  add_words(words, tried, "", "mutant tried as a program of yours pass");
  add_words(words, mutants, "mutant", "caught");
  add_words(words, known, "known limit", "shown");
  add_words(words, platform, "platform defect", "shown");
  if (unshown > 0) words += counted(unshown, "mutant") + " not to be shown here · ";
  words += counted(run.outcome.cases, "case");
  return run.not_run() == 0 ? words : words + fmt::format(" · {} not run", run.not_run());
}

std::string expected_and_got(const VariantRun& variant) {
  const VariantOutcome& outcome = variant.outcome;
  std::string got(to_string(outcome.verdict));
  const std::vector<const JudgedCase*> surprises = variant.surprises();
  if (!surprises.empty() && surprises.front()->result.verdict == outcome.verdict) {
    const std::vector<Finding>& findings = surprises.front()->result.findings;
    const auto worst = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.verdict == outcome.verdict;
    });
    if (worst != findings.end()) got += ": " + worst->checker;
  }
  return fmt::format("expected {}, got {}", to_string(outcome.expected), got);
}

std::vector<std::string> evidence_limits(const RunInfo& info, const ScenarioRun& run) {
  std::vector<std::string> limits = evidence_limits(info, run.target);
  for (const VariantRun& variant : run.variants) {
    const Expectation& expected = variant.outcome.expected;
    if (expected.outcome == Expectation::Outcome::not_shown && !variant.outcome.caught)
      limits.push_back("mutant " + variant.outcome.variant + " is not to be shown: " + expected.because);
  }
  return limits;
}

std::vector<std::string> evidence_limits(const RunInfo& info, const std::string& target) {
  std::vector<std::string> limits;
  for (const TargetInfo& one : info.targets) {
    if (one.id != target) continue;
    limits = one.cannot_show;
    for (const std::string& lost : one.lost) limits.push_back("lost on this machine: " + lost);
  }
  return limits;
}

nlohmann::json target_facts(const RunInfo& info, const std::string& target) {
  for (const TargetInfo& one : info.targets) {
    if (one.id == target) return one.facts;
  }
  return nlohmann::json::object();
}

PointCounts count_points(const ScenarioRun& run) {
  std::set<std::string> planned;
  std::set<std::string> explored;
  std::set<std::string> fired;
  for (const VariantRun& variant : run.variants) {
    for (const JudgedCase& one : variant.cases) {
      const std::set<size_t> struck = fired_faults(one);
      for (size_t i = 0; i < one.plan->faults.size(); ++i) {
        const std::string point = point_of(one.plan->faults[i]);
        planned.insert(point);
        if (one.was_run) explored.insert(point);
        if (struck.contains(i)) fired.insert(point);
      }
    }
  }
  return {static_cast<int>(planned.size()), static_cast<int>(explored.size()),
          static_cast<int>(fired.size())};
}

}  // namespace harness
