#include "report/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/wording.h"

namespace harness {
namespace {

// scenario/target/variant/faults without the first three.
std::string faults_of(const Case& plan) {
  return plan.id.substr(plan.scenario.size() + plan.target.size() + plan.variant.size() + 3);
}

// The nth instruction of a region is another one in another processor's code.
bool is_comparable(const Case& plan) {
  return std::none_of(plan.faults.begin(), plan.faults.end(),
                      [](const Fault& fault) { return fault.at.kind == InjectionPoint::Kind::instruction; });
}

// Explorations are cases of their own, which no other target has.
bool is_of_models(const ScenarioRun& run) {
  return !run.variants.empty() && run.variants.front().cases.front().plan->mode == "model";
}

using Verdicts = std::map<std::pair<std::string, std::string>, Verdict>;

Verdicts verdicts_of(const ScenarioRun& run) {
  Verdicts verdicts;
  for (const VariantRun& variant : run.variants) {
    for (const JudgedCase& one : variant.cases) {
      if (one.was_run) verdicts[{one.plan->variant, faults_of(*one.plan)}] = one.result.verdict;
    }
  }
  return verdicts;
}

Comparison compared(const std::vector<const ScenarioRun*>& runs) {
  Comparison comparison{.scenario = runs.front()->scenario};
  std::vector<Verdicts> verdicts;
  std::set<std::pair<std::string, std::string>> seen;
  for (const ScenarioRun* run : runs) {
    comparison.targets.push_back(run->target);
    verdicts.push_back(verdicts_of(*run));
  }
  for (const ScenarioRun* run : runs) {
    for (const VariantRun& variant : run->variants) {
      for (const JudgedCase& planned : variant.cases) {
        if (!is_comparable(*planned.plan)) continue;
        const std::pair key(planned.plan->variant, faults_of(*planned.plan));
        if (!seen.insert(key).second) continue;
        ComparedCase one{.variant = key.first, .faults = key.second};
        for (const Verdicts& of_target : verdicts) {
          if (const auto found = of_target.find(key); found != of_target.end())
            one.verdicts.push_back(found->second);
        }
        if (one.verdicts.size() == verdicts.size()) {
          comparison.cases.push_back(std::move(one));
        } else {
          ++comparison.uncompared;
        }
      }
    }
  }
  return comparison;
}

}  // namespace

bool ComparedCase::agrees() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [&](Verdict one) { return one == verdicts.front(); });
}

int Comparison::agreeing() const {
  return static_cast<int>(
      std::count_if(cases.begin(), cases.end(), [](const ComparedCase& one) { return one.agrees(); }));
}

std::vector<Comparison> comparisons(const std::vector<ScenarioRun>& runs) {
  std::vector<std::string> scenarios;
  std::map<std::string, std::vector<const ScenarioRun*>> by_scenario;
  for (const ScenarioRun& run : runs) {
    if (is_of_models(run)) continue;
    if (by_scenario[run.scenario].empty()) scenarios.push_back(run.scenario);
    by_scenario[run.scenario].push_back(&run);
  }
  std::vector<Comparison> all;
  for (const std::string& scenario : scenarios) {
    if (by_scenario[scenario].size() > 1) all.push_back(compared(by_scenario[scenario]));
  }
  return all;
}

std::string agreement_words(const Comparison& comparison) {
  const auto all = static_cast<int64_t>(comparison.cases.size());
  std::string words = fmt::format("{} of {} agree", comparison.agreeing(), counted(all, "case"));
  if (comparison.uncompared > 0) words += fmt::format(" · {} not compared", comparison.uncompared);
  return words;
}

}  // namespace harness
