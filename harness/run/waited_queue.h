// What the postmortem says of somebody who waits on a queue: how full it is, who else has to do with it, and
// who of them is dead.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "os/procfs.h"
#include "run/postmortem.h"

namespace harness {

// Adds `queue` and `explained` to the data of a blocked event, where the call waits on a message queue, alone
// or among other descriptors. False, and nothing added, where it does not.
bool explain_queue(const ThreadState& thread, const std::map<pid_t, Known>& known, nlohmann::json& data);

}  // namespace harness
