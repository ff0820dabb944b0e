// What is known of system calls beforehand: which move bytes, and which a signal never interrupts.
#pragma once

#include <string>

namespace harness {

bool moves_bytes(const std::string& call);

// Why this call never returns EINTR, or "" when it can, or may.
std::string never_interrupted(const std::string& call);

}  // namespace harness
