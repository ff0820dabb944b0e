// One event of a history in words.
#pragma once

#include <string>

#include "core/event.h"

namespace harness {

// Who: the role, or "harness" for what the harness itself saw or did.
std::string who(const Event& event);

// What happened, one line, no full stop: "reached lock.held", "was killed by SIGKILL".
std::string what_happened(const Event& event);

// "write" of a call that was recorded for its own sake, "syscall:write/enter".
std::string call_name(const Event& event);

}  // namespace harness
