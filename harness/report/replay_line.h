// The command that runs one case again. Every report prints this one.
#pragma once

#include <string>

#include "core/case.h"

namespace harness {

// What the plan says (Case::replay), else the case by its id:
// harness replay 'crash-in-lock/native/not-robust/owner@probe:lock.held=kill'
std::string replay_line(const Case& plan);

}  // namespace harness
