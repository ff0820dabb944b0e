// Explored sweeps: what `harness sweep` comes to for a variant, as a case of an exploration.
//
// Where the roles of a scenario meet in a lock, the death of its first role at every instruction is swept
// alone as well: each distinct state by a stand-in and by a true kill. It is done by a process of its own,
// since a sweep is process 1 of its sandbox.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/event.h"

namespace harness {

inline constexpr const char* kSweepMode = "sweep";

struct ExploredSweep {
  Case plan;        // of mode `sweep`, with the line that does it again
  History history;  // one event `swept`
};

// Sweeps the first role of the case from where the probe FROM of the region returns to where TO is passed.
// Blame::unavailable: it cannot be swept, and why.
Result<ExploredSweep> sweep_first_role(const Case& planned, const InjectionPoint& region);

}  // namespace harness
