// RegionTrail: what a thread did on its way through a region beside plain instructions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace harness {

// A system call that it made as its nth instruction. Arguments after the second are not kept.
struct RegionCall {
  int nth = 0;
  long call = -1;
  uint64_t first = 0;
  uint64_t second = 0;
  int64_t result = 0;
  bool has_returned = false;
};

// After so many instructions it was run through the probe library, to pass this probe or, "", to tell of an
// operation.
struct RegionTold {
  int after = 0;
  std::string probe;
};

struct RegionTrail {
  std::vector<RegionCall> calls;
  std::vector<RegionTold> told;
  std::vector<int> unbroken;  // load-exclusive/store-exclusive sequences, each counted as one instruction
  std::vector<int> stores;    // before these instructions the shared memory was another than before the last
  bool is_unwatched = false;  // there is too much of it to be looked at
};

}  // namespace harness
