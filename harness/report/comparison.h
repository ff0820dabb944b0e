// Comparison: the same cases of one scenario on several targets, side by side.
#pragma once

#include <string>
#include <vector>

#include "core/verdict.h"
#include "report/scenario_run.h"

namespace harness {

// One case, without its target.
struct ComparedCase {
  std::string variant;
  std::string faults;             // the end of its id: faults, and /rN for a repeat
  std::vector<Verdict> verdicts;  // in the order of Comparison::targets

  bool agrees() const;
};

struct Comparison {
  std::string scenario;
  std::vector<std::string> targets;
  std::vector<ComparedCase> cases;  // those that were run on every one of the targets, in the plan's order
  int uncompared = 0;               // the others

  int agreeing() const;
};

// One for each scenario that was run on more than one target.
std::vector<Comparison> comparisons(const std::vector<ScenarioRun>& runs);

// "89 of 89 cases agree", and how many could not be compared.
std::string agreement_words(const Comparison& comparison);

}  // namespace harness
