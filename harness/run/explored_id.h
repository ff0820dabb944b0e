// An explored case's id as a token: of a shipped scenario it is enough to make the case again, in any place
// and without the run that met it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/case.h"

namespace harness {

// The faults that such an id ends with, as an exploration makes them; nullopt for any other text. What it
// gives is written as the same text again (core/fault.h, to_string).
std::optional<std::vector<Fault>> explored_faults(std::string_view text);

// The case with this id, if an exploration of the recording can have it: its victims are roles of the case,
// and its probes are known to them.
std::optional<Case> explored_case(const Case& recording, const std::string& id);

// Likewise the case of a survey (run/instruction_exploration.h), in which a victim is struck at an
// instruction.
std::optional<Case> explored_case_in_region(const Case& survey, const std::string& id);

// FROM..TO of the region in which the id's victim is struck; "" when that is no instruction.
std::string region_in(const std::string& id);

}  // namespace harness
