// Unfold: from one line under `faults:` to the faults of each case that it makes.
#pragma once

#include <cstdint>
#include <vector>

#include "core/scenario.h"

namespace harness {

// One entry with many faults for a storm; one entry for each arrival of a range, [1, 3], and for each number
// of a range in an action's argument, short(1..40).
std::vector<std::vector<Fault>> unfold(const FaultLine& line);

// Which arrival a seed chooses. Two lines of a scenario are drawn apart; a line's draw depends on nothing
// else.
int drawn_arrival(const FaultLine& line, uint64_t seed);

}  // namespace harness
