// Walk: a victim's way through the region, instruction by instruction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "sweep/origin.h"

namespace harness {

// A place on the way: before which instruction, and at which passing of it.
struct Position {
  uint64_t address = 0;
  uint32_t passing = 1;
};

class Walk {
 public:
  Walk(const Origin& origin, SweptProcess& victim) : origin_(origin), victim_(victim) {}

  // Where the victim stands, which has not been told yet.
  Position position() const { return position_; }

  // Puts the walk at the region's begin, where the victim must stand.
  Status begin();

  // On to the next instruction of the region: false when it has left the region, by the return or the probe
  // that ends it. Blame::unavailable: it never came there, with the reason.
  Result<bool> next();

  // Where the region has been left; 0 before.
  uint64_t end() const { return end_; }

  // The system call that the last step made, -1 when it made none.
  long call() const { return call_; }

 private:
  Result<bool> arrive();
  Status run_through(const RegisterSet& at_entry);
  bool is_uncounted(uint64_t address) const;

  const Origin& origin_;
  SweptProcess& victim_;
  Position position_;
  std::unordered_map<uint64_t, uint32_t> passings_;
  uint64_t returns_to_ = 0;    // where the function that ends the region returns to, once it has been entered
  uint64_t returns_with_ = 0;  // the stack pointer at its entry
  uint64_t end_ = 0;
  long call_ = -1;
};

}  // namespace harness
