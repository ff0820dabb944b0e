// Whether a program can run on the machine of a target.
#pragma once

#include <string>

#include "base/result.h"
#include "os/program.h"

namespace harness {

// A program runs only on the machine that it is built for, a script where its interpreter is. Error (usage):
// why it does not, and what to do.
Status check_machine(const Program& program, const std::string& target, const std::string& architecture);

}  // namespace harness
