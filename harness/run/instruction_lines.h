// Instruction lines: the fault lines by which `harness explore --every instruction` surveys a region.
#pragma once

#include <vector>

#include "base/result.h"
#include "core/scenario.h"
#include "run/planner.h"

namespace harness {

// The region that the request names, or the scenario: insn:FROM..TO. Blame::usage: neither does.
Result<InjectionPoint> region_to_explore(const Scenario& scenario, const PlanRequest& request);

// A line without a fault, and one for each instance of a role that may be a victim, that has it go through
// the region step by step (its arrival is kEveryArrival), with what the scenario says of how the others come
// to wait before it (`start:`). A variant that all lines of a start leave out is not explored. Errors: as of
// region_to_explore.
Result<std::vector<FaultLine>> instruction_lines(const Scenario& scenario, const PlanRequest& request);

}  // namespace harness
