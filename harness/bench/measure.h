// What is measured of a mechanism, on two given processors.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/result.h"
#include "bench/distribution.h"
#include "bench/mechanism.h"

namespace harness {

struct Placement {
  int near = 0;  // the processor of the side that measures
  int far = 0;
};

struct Amount {
  uint64_t bytes = 100'000'000;
  int round_trips = 2000;
  int repeats = 3;  // of the transfer; the median counts
};

// Megabytes (10^6) a second, from the first message until the last has been acknowledged.
Result<double> measure_transfer(const Mechanism& mechanism, const Placement& placement, const Amount& amount);

// Microseconds for 8 bytes there and back, each trip a sample; the first hundred are not counted.
Result<Distribution> measure_round_trips(const Mechanism& mechanism, const Placement& placement,
                                         const Amount& amount);

// System calls of one side, counted by ptrace(2): for a message of a transfer (the sender's), and for a round
// trip. On one processor, where who sleeps does not depend on chance.
struct Calls {
  std::optional<double> per_message;
  double per_round_trip = 0;
};
Result<Calls> count_calls(const Mechanism& mechanism, int processor);

// Of memcpy over memory that is in no cache: what any copy is up against. Megabytes a second.
double measure_memcpy(const Amount& amount);

}  // namespace harness
