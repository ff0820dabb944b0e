// Distribution: what many samples say.
#pragma once

#include <cstddef>
#include <vector>

namespace harness {

struct Distribution {
  size_t samples = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double max = 0;
};

// Exact quantiles, by Boost.Accumulators. All zero for no samples.
Distribution distribution_of(const std::vector<double>& samples);

}  // namespace harness
