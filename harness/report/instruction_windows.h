// Instruction windows: what an exploration of instructions came to, for people: the sweeps by stand-ins and
// true kills, and each stretch of instructions at which a case did not pass, with the line that shows it
// again.
#pragma once

#include <string>

#include "record/run_record.h"

namespace harness {

// Lines for a terminal, of at most so many windows; "" for any other run.
std::string instruction_windows(const RunRecord& record, size_t most);

}  // namespace harness
