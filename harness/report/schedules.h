// Schedules: what an exploration of interleavings came to, for people.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace harness {

// Lines for a terminal: how many orders of steps were run, and of each case that failed under one how many
// and the first; "" for any other run.
std::string schedules_told(const nlohmann::json& exploration);

}  // namespace harness
