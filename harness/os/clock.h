// Time, in the one clock that a case is measured by.
#pragma once

#include <time.h>

#include <cstdint>

namespace harness {

// CLOCK_MONOTONIC in nanoseconds: the same clock that probe.c writes into a journal.
inline int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace harness
