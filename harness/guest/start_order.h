// StartOrder: what a guest is told when it has been restored from its template, before it does anything that
// two guests must not have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "os/sandbox.h"

namespace harness {

struct StartOrder {
  int64_t time_ns = 0;  // CLOCK_REALTIME of the host
  std::string seed;     // hex digits
  Denied denied;
  std::vector<std::string> keep_away;
  int cpu = 0;                // of the worker and its cases
  int64_t litmus_rounds = 0;  // that were asked for; 0: none
};

// Reads {"start": {…}} (run/protocol.h); throws nlohmann's exception for anything else.
StartOrder start_order_from(const nlohmann::json& message);

// Waits for the line on a virtio port, also while nobody is connected to it, and takes no byte beyond it.
Result<std::string> wait_for_line(int port);

}  // namespace harness
