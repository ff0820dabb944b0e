// Known reports of sanitizers (check/known_report.h) in a plan: which of them still hold today, and that the
// plan says so.
#pragma once

#include <string>

#include "core/case.h"

namespace harness {

// Takes those whose last day is over out of the cases. Each is a note of the plan, whether it holds or not:
// what does not count is never silent. `day` is today, as 2027-06-30.
void settle_known_reports(Plan& plan, const std::string& day);

}  // namespace harness
