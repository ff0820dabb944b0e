// Recording: what is seen of a victim's way through the region.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "sweep/origin.h"
#include "sweep/states.h"
#include "sweep/survivor.h"
#include "sweep/walk.h"

namespace harness {

// One state on the way, before an instruction.
struct Moment {
  uint64_t number = 0;  // from 1 on
  Position position;
  RobustHead head;
  Digest digest;
  std::span<const std::byte> shared;
  long call = -1;  // the system call that led here, -1 when none did
};

// Is shown each state in turn.
using ShowMoment = std::function<Status(const Moment& moment, pid_t victim)>;

// Takes a new victim through the region, step by step, and shows each state. Blame::unavailable: the region
// has no end.
Status record(Origin& origin, const ShowMoment& show);

// What the first recording says of the region.
struct Survey {
  uint64_t states = 0;
  struct Distinct {
    uint64_t first = 0;  // the number of the first such state
    Position position;   // and where that was
    uint64_t count = 0;
  };
  std::vector<Distinct> distinct;  // by id
  std::unordered_map<Digest, uint32_t, DigestHash> ids;
  std::set<uint64_t> addresses;  // of the instructions, and of where the region ends by a return
  std::set<long> calls;
  std::vector<Lock> locks;
  bool inherits = false;
  bool leads_outside = false;
  bool was_held = false;           // one of the locks, by the victim
  bool was_pending_first = false;  // an operation was under way where the region begins
  bool ends_by_return = false;
};
Result<Survey> survey(Origin& origin);

}  // namespace harness
