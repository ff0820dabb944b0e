// A case told as a story: what was found, and the events that show it.
#pragma once

#include <string>

#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"

namespace harness {

// How text may look where it is going.
struct TerminalStyle {
  bool colour = false;  // ANSI escapes: only for a terminal, and never under NO_COLOR
  int width = 100;      // sentences are wrapped here; 0 never wraps
};

// The text between ANSI escapes when the style has colour, else the text.
std::string painted(const std::string& text, std::string_view ansi, const TerminalStyle& style);

// The case's id and verdict, each finding, and the events that matter with time, role and what happened; the
// evidence of a finding is marked with `>`. Ends with a newline.
std::string case_story(const Case& plan, const History& history, const CaseResult& result,
                       const TerminalStyle& style = {});

}  // namespace harness
