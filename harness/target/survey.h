// Survey: how many cases the sweeps of a plan are, learned by running each once without its fault.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "target/dispatch.h"

namespace harness {

// Puts the cases of each sweep on the order's target into the sweep's place. A sweep whose victim never came
// to its region stays as one case, for the first arrival, which then says why.
Status unfold_sweeps(Plan& plan, DispatchOrder order);

}  // namespace harness
