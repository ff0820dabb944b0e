// What is known of system calls beforehand.
#pragma once

#include <set>
#include <string>

namespace harness {

// The calls on one descriptor that move bytes between it and memory of the caller's, and can be made to move
// fewer.
const std::set<std::string>& calls_that_move_bytes();

}  // namespace harness
