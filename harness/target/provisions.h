// Provisions: the files of this machine that a case needs on another one.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/case.h"

namespace harness {

// Absolute paths: the program of each role, with the shared libraries that lie beside it, and every other
// regular file that a word or a variable of a role names, as far as it is the user's own (see is_own_file).
// Those in `there` are left out, and programs in it are not looked into again. Errors: a program that is
// gone.
Result<std::vector<std::string>> provisions_of(const Case& plan, const std::set<std::string>& there);

// The case as it is to run there: programs and the directory by absolute paths, its deadline stretched.
Result<Case> fitted_elsewhere(const Case& plan, double time_factor);

// Not a part of the system: /etc/passwd of this machine is nothing for another one.
bool is_own_file(const std::string& path);

}  // namespace harness
