// Functions of a running process, found by their names.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace harness {

// Where the named function lies in the process: in its program, or else in a library that it has loaded, in
// the order in which they lie in memory. Of several versions of a name (symbol versioning) it is the one that
// a program links with today. Blame::usage: nothing in the process has such a function, or only stripped
// ones.
Result<uint64_t> find_function(pid_t pid, const std::string& name);

// "pthread_mutex_lock+18", "robust+0x1234" where no function is known there, or the bare address.
std::string describe_code(pid_t pid, uint64_t address);

}  // namespace harness
