// Schedules: what an exploration of interleavings came to, for people.
#pragma once

#include <string>

#include "record/run_record.h"

namespace harness {

// Lines for a terminal: how many orders of steps were run, and of each case that failed under one how many
// and the line that shows the first again; "" for any other run.
std::string schedules_told(const RunRecord& record);

}  // namespace harness
