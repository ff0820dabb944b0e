// Divergence: whether the same case, run twice, came to the same. Compared is what should be: of each role
// its probes, operations, calls, how it ended and what it printed; without times, process ids and the order
// in which events of different roles were seen. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/finding.h"

namespace harness {

// What a run came to: by role, "" for the case itself, one line for each event in its order.
using StableStory = std::map<std::string, std::vector<std::string>>;

StableStory stable_story(const History& history);

// Sixteen hexadecimal digits that two stories share if and, but for one chance in 2^64, only if they are
// equal.
std::string digest_of(const StableStory& story);

struct Divergence {
  std::string role;   // "" where it is the case itself that differs
  size_t nth = 0;     // of the role's events, counted from 1
  std::string first;  // what was seen there, "" for nothing
  std::string again;
};

// The first difference of the first role that has one.
std::optional<Divergence> divergence_of(const StableStory& first, const StableStory& again);

}  // namespace harness
