// Gatekeeper: a policy file, read before anything runs, and what a run comes to by it. What gate and
// run --gate have in common.
#pragma once

#include <string>

#include "base/result.h"
#include "record/run_record.h"
#include "report/gate.h"

namespace harness {

class Gatekeeper {
 public:
  // `day` is the one to judge by, 2027-01-31; "" means today. Errors: usage.
  static Result<Gatekeeper> read(const std::string& policy_file, const std::string& day);

  GateOutcome judge(RunRecord record) const;

 private:
  Gatekeeper(GatePolicy policy, std::vector<Claim> claims, std::string day)
      : policy_(std::move(policy)), claims_(std::move(claims)), day_(std::move(day)) {}

  GatePolicy policy_;
  std::vector<Claim> claims_;
  std::string day_;
};

// For people: the rules that are not met, what was let off, and in the last line whether the gate is open.
std::string gate_words(const GateOutcome& outcome);

// For programs: reports/schemas/gate.schema.json.
std::string gate_json(const GateOutcome& outcome);

}  // namespace harness
