// The gate: a run against a policy. Pure: a function of the record, the policy, the claims and the day.
#pragma once

#include <string>
#include <vector>

#include "record/run_record.h"
#include "run/claims.h"
#include "run/gate_policy.h"

namespace harness {

// One rule of a policy, and what the run came to by it.
struct GateRule {
  std::string name;  // "minimum cases"
  Verdict verdict = Verdict::pass;
  std::string message;
  std::string place;  // in the policy; "" for the rules that every gate has
};

struct GateOutcome {
  std::vector<GateRule> rules;
  Verdict verdict = Verdict::pass;  // the worst of them
  int exit_status = 0;              // 1 a rule is broken, 2 something could not be judged, else 0
};

// Every gate asks, whatever its policy says, that the run is whole, that something was judged, that all came
// out as expected and that nothing was left out unsaid. `today` is a day, 2027-01-31. What a quarantine lets
// off counts nowhere.
GateOutcome pass_gate(RunRecord record, const GatePolicy& policy, const std::vector<Claim>& claims,
                      const std::string& today);

}  // namespace harness
