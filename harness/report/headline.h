// The first line of a report: the verdict of a whole run in a few words.
#pragma once

#include <string>

#include "check/outcome.h"
#include "record/run_record.h"

namespace harness {

// "Pass: all as expected", "Fail: 2 variants not as expected".
std::string headline(const RunRecord& record, const RunOutcome& outcome);

// The run's verdict, where a run that was cut short passes nothing.
Verdict verdict_of(const RunRecord& record, const RunOutcome& outcome);

}  // namespace harness
