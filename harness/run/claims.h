// Claims: what is known about Linux IPC, and which scenarios show it. The matrix is computed from the files.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/scenario.h"
#include "run/catalogue.h"

namespace harness {

struct Claim {
  std::string id;  // "PI-02"
  std::string mechanism;
  std::string text;
  std::string open;                    // why it cannot be shown here, or ""
  std::vector<std::string> scenarios;  // that cover it
  std::vector<std::string> mutants;    // of those, that prove it: SCENARIO:VARIANT
  std::vector<std::string> not_shown;  // mutants that break it where no run of theirs can show it

  bool is_covered() const { return !scenarios.empty(); }
};

// The claims of scenarios/claims.yaml, in its order, with the shipped scenarios that cover each. Errors
// (usage): not valid YAML, a scenario that covers a claim which is not there.
Result<std::vector<Claim>> read_claims(const Catalogue& catalogue);

}  // namespace harness
