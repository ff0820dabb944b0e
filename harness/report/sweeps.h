// Sweeps: regions that were struck at each of their instructions, and the window in which a variant failed.
#pragma once

#include <string>
#include <vector>

#include "report/scenario_run.h"

namespace harness {

struct Sweep {
  std::string variant;
  std::string fault;        // victim@insn:FROM..TO=action
  int instructions = 0;     // struck, one case each
  std::vector<int> failed;  // those at which the case failed, in order
};

// One for each variant and region of a scenario in which more than one instruction was struck.
std::vector<Sweep> sweeps_of(const ScenarioRun& run);

// Numbers in order, as people write them: "2..10, 14".
std::string ranges(const std::vector<int>& numbers);

}  // namespace harness
