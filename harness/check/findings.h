// The two findings that a checker can make. Its own name is filled in by judge().
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/finding.h"

namespace harness {

inline Finding failure(std::string message, std::vector<int> events) {
  return {.verdict = Verdict::fail, .message = std::move(message), .events = std::move(events)};
}

inline Finding inconclusive(std::string message, std::vector<int> events = {}) {
  return {.verdict = Verdict::inconclusive, .message = std::move(message), .events = std::move(events)};
}

}  // namespace harness
