// Whether the points that a case waits for are there: probes in the programs of its roles, system calls in
// the table of its machine.
#pragma once

#include <string>

#include "base/result.h"
#include "core/case.h"

namespace harness {

// Where a case is to run.
struct PointGround {
  std::string architecture;
  std::string probe_library;  // that is preloaded into a program which brings its own points
  std::string directory;      // of the scenario
};

// A probe that its program does not declare, but may have, is added to its role. Errors (usage): a point that
// cannot be reached, and what there is instead.
Status check_points(Case& made, const PointGround& ground);

}  // namespace harness
