// Modes: cases that a target runs in another way than with a process for each role (run/thread_mode.h,
// run/model_mode.h).
#pragma once

#include <string>

#include "core/case.h"

namespace harness {

// The id of a case: its variant, what happens to it, and which repetition it is.
std::string id_of(const Case& one, const std::string& what);

// What a case comes to in a mode that is there to ask one checker. Whoever must pass must pass there too, a
// mutant that is tried as somebody's program among them; a mutant must fail there if the scenario says that
// this checker catches it, and may for another mistake.
Expectation expected_in_mode(const Case& one, const std::string& checker, const std::string& because);

}  // namespace harness
