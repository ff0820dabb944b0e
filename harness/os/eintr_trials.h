// Trials of core/eintr_table.h on this kernel and C library: a child is really blocked in each call, which
// /proc proves, and is then sent a signal that it handles, with SA_RESTART and without.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/eintr_table.h"

namespace harness {

struct EintrTrial {
  EintrRow row;
  std::optional<Interruption> measured;
  std::string obstacle;  // why it could not be measured

  bool is_as_the_manual_says() const { return measured == row.manual; }
};

// Leaves nothing behind: each child is killed, each object removed.
std::vector<EintrTrial> try_eintr();

}  // namespace harness
