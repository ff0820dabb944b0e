// The findings that a checker can make. Its own name is filled in by judge().
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

// Inconclusive: what this checker asks about did not come up in the case.
inline Finding nothing_to_judge(std::string message, std::vector<int> events = {}) {
  Finding finding = inconclusive(std::move(message), std::move(events));
  finding.is_beside_the_point = true;
  return finding;
}

}  // namespace harness
