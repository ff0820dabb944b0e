// What a run says at its end on a terminal or in a log. Pure functions from a record to text.
#pragma once

#include <string>

#include "check/outcome.h"
#include "record/run_record.h"
#include "report/story.h"

namespace harness {

// One line per scenario and target when all is as expected. For each variant that is not, below: what was
// expected, what came, the events that show it, where the record is (record.directory), and the command that
// runs it again. Ends with a newline.
std::string terminal_summary(const RunRecord& record, const RunOutcome& outcome,
                             const TerminalStyle& style = {});

}  // namespace harness
