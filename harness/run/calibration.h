// Calibration: how slow a machine is, as the time that a fixed piece of work takes there. Told in a guest's
// hello; the same work on the host gives the factor by which the guest's time limits are to be stretched.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace harness {

// Nanoseconds for 300 round trips between two processes over pipes and a fixed loop of integer arithmetic, on
// one CPU (-1: on any). Done in children: the caller's own CPU mask stays as it is.
Result<int64_t> calibration_ns(int cpu);

}  // namespace harness
