// Sweep: a case whose first fault strikes at every arrival stands for as many cases as there are arrivals.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/case.h"
#include "core/event.h"

namespace harness {

// Not of an exploration, which has cases of its own follow (run/instruction_exploration.h).
bool is_sweep(const Case& planned);

// The case of a sweep that strikes at the nth arrival.
Case at_arrival(const Case& sweep, int nth);

// The arrivals that a run of the sweep counted: instructions, up to the end of the region, or as far as its
// victim got. 0 when it never came to the region.
int counted_arrivals(const Case& sweep, const History& history);

// The planned case of this id, also when it is one of a sweep.
std::optional<Case> find_case(const std::vector<Case>& planned, const std::string& id);

}  // namespace harness
