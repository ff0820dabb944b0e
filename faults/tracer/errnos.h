// Which errors the kernel documents for a system call: what a faked failure may look like.
#pragma once

#include <string_view>

namespace harness {

// True when section 2 of the manual lists this errno for this call. False for calls that are not in the
// table: a fault there is labelled synthetic, which claims less than the truth, never more.
bool is_documented(std::string_view call, int error);

}  // namespace harness
