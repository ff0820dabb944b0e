// Exploration, in words: how much of what was met was struck at, and what not and why.
#pragma once

#include <string>

#include "record/run_record.h"
#include "report/story.h"

namespace harness {

// Lines of an exploration by points, by instructions or by schedules; "" for any other run.
std::string exploration_words(const RunRecord& record, const TerminalStyle& style);

}  // namespace harness
