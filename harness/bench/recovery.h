// Recovery: from the death of a process to the survivor's next success. Each registers itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/registry.h"
#include "base/result.h"
#include "bench/distribution.h"
#include "bench/measure.h"

namespace harness {

// One death: what is shared between the roles, made afresh for each.
class Death {
 public:
  virtual ~Death() = default;

  // Each in a process of its own. The victim tells by `in_place` when it may be killed; it never returns. The
  // survivor sets it before the call that only the death can end, and returns whether that had the outcome
  // that it should. The standby, where there is one, takes over when the victim is dead.
  virtual void be_victim(std::atomic<bool>& in_place) = 0;
  virtual bool be_survivor(std::atomic<bool>& in_place) = 0;
  virtual bool has_standby() const { return false; }
  virtual void be_standby(std::atomic<bool>& in_place, int /*victim*/) { in_place.store(true); }

  // In the process that has forked them all: lets go of what only they may hold.
  virtual void all_have_started() {}
};

class Recovery {
 public:
  virtual ~Recovery() = default;
  virtual std::string_view id() const = 0;
  // The success: "EOWNERDEAD, and the state is made consistent".
  virtual std::string_view success() const = 0;
  virtual Result<std::unique_ptr<Death>> arrange() const = 0;
};

// Microseconds from just before kill(2) until the survivor has its success. The one who kills and the victim
// are on `placement.near`, the survivor and the standby on `placement.far`.
Result<Distribution> measure_recovery(const Recovery& recovery, const Placement& placement, int deaths);

}  // namespace harness
