// Room: how many bytes the kernel keeps between the two ends of a link before a writer has to wait.
#pragma once

#include "base/result.h"
#include "os/descriptors.h"

namespace harness {

struct LinkRoom {
  int before = 0;  // bytes, as F_GETPIPE_SZ or SO_SNDBUF tells
  int after = 0;
  bool is_full = false;  // poll(2) says already that one who writes has to wait
};

// Gives the link behind a copy of a writing end, or of either end of a pipe, as little room as the kernel
// allows: a pipe the fewest pages that hold what is queued, a Unix stream socket the least SO_SNDBUF, which
// may be less than what is queued. What is queued stays. Blame::unavailable where the kernel allows nothing
// less, or where less room would be another fault than a full link.
Result<LinkRoom> shrink_room(const Fd& link, const std::string& kind);

}  // namespace harness
