// What is known of system calls beforehand: which move bytes.
#pragma once

#include <string>

namespace harness {

bool moves_bytes(const std::string& call);

}  // namespace harness
