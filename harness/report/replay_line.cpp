#include "report/replay_line.h"

namespace harness {

// Ids are made without quotes (core/fault.h), so single quotes keep every shell from touching `~`, `#` and
// `=`.
std::string replay_line(const Case& plan) {
  return plan.replay.empty() ? "harness replay '" + plan.id + "'" : plan.replay;
}

}  // namespace harness
