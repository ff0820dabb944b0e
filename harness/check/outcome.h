// Outcome: what a whole run came to, variant by variant, against what its scenarios expect.
//
// Pure: a function of the plan and the case results, so that a stored run can be summed up again at any time.
#pragma once

#include <string>
#include <vector>

#include "core/case.h"
#include "core/finding.h"

namespace harness {

// What one variant of one scenario on one target came to, over all its cases.
struct VariantOutcome {
  std::string scenario;
  std::string mechanism;
  std::string target;
  std::string variant;
  bool mutant = false;
  Expectation expected;
  Verdict verdict =
      Verdict::pass;  // the worst of its cases: `fail` for a mutant that is caught as it should be
  bool as_expected = false;
  // Some case showed what is expected: the failure by the expected checker, or the platform's defect.
  bool caught = false;
  std::string
      caught_by;  // the checker that showed it; when not caught, the first other one that failed, or ""
  int cases = 0;
  int fired_cases = 0;  // cases with at least one fault, all of whose faults struck
  // Ids of the cases that are not as expected; empty when the surprise is that no case caught it.
  std::vector<std::string> surprises;
  std::string why;  // one sentence when not as expected, else ""
};

// What all variants of a run came to, in the order of the plan.
struct RunOutcome {
  std::vector<VariantOutcome> variants;
  // Cases by their own verdict, whatever was expected of them. A planned case without a result is
  // inconclusive.
  int cases = 0;
  int passed = 0;
  int failed = 0;
  int inconclusive = 0;
  int mutants = 0;         // mutants that are expected to fail, once per scenario and target
  int mutants_caught = 0;  // those of them caught by the checker that should catch them
  // A correct variant failed, a mutant was missed, or a case failed otherwise than expected.
  bool surprise = false;
  bool inconclusive_any = false;
  // Fail on a surprise; else inconclusive when any case was, or when there was no case; else pass.
  Verdict verdict = Verdict::pass;
  int exit_status = 0;  // 1 a surprise, 2 inconclusive, 77 nothing was run, else 0
};

RunOutcome outcome_of(const Plan& plan, const std::vector<CaseResult>& results);

}  // namespace harness
