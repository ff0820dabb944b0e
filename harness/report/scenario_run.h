// ScenarioRun: one scenario on one target, with its variants and their cases. What every report has one line,
// one table row or one suite for.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "check/outcome.h"
#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"
#include "record/run_record.h"

namespace harness {

// A case beside what came of it. Borrows the plan and the history from the record.
struct JudgedCase {
  const Case* plan = nullptr;
  const History* history = nullptr;  // never null; empty when nothing was recorded
  CaseResult result;                 // inconclusive, with a finding that says so, for a case that was not run
  bool was_run = false;
};

// One variant with its cases, and whether that is what its scenario expects.
struct VariantRun {
  VariantOutcome outcome;
  Verdict verdict = Verdict::pass;  // against the expectation: a mutant that is caught passes
  std::vector<JudgedCase> cases;

  // The cases that are not as expected, the worst first, and last those that were not run.
  std::vector<const JudgedCase*> surprises() const;

  // Not as expected for a reason of its own, not just because the run ended before it.
  bool is_worth_telling() const;
};

struct ScenarioRun {
  std::string scenario;
  std::string mechanism;
  std::string target;
  RunOutcome outcome;  // of these cases alone
  std::vector<VariantRun> variants;

  int64_t duration_ns() const;  // the sum over its cases
  int not_run() const;          // planned cases without a result
};

// In the order of the plan. The record must outlive what is returned.
std::vector<ScenarioRun> scenario_runs(const RunRecord& record);

// "5 correct pass · 9 mutants caught · 63 cases": what was expected and how much of it came.
std::string counts_words(const ScenarioRun& run);

// "expected fail: progress, got pass": a variant's expectation beside what it came to.
std::string expected_and_got(const VariantRun& variant);

// What a pass on this target does not show, its own limits first, then what this machine denied it.
std::vector<std::string> evidence_limits(const RunInfo& info, const std::string& target);

// And which mutants of this scenario cannot be shown there.
std::vector<std::string> evidence_limits(const RunInfo& info, const ScenarioRun& run);

// What the target's machine is, where that is not this one; else an empty object.
nlohmann::json target_facts(const RunInfo& info, const std::string& target);

// The injection points of a scenario, as victim and place: planned, in cases that were run, and where a fault
// struck.
struct PointCounts {
  int total = 0;
  int explored = 0;
  int fired = 0;
};
PointCounts count_points(const ScenarioRun& run);

}  // namespace harness
