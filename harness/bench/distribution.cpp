#include "bench/distribution.h"

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/max.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/accumulators/statistics/tail_quantile.hpp>

namespace harness {

namespace statistics = boost::accumulators;

Distribution distribution_of(const std::vector<double>& samples) {
  if (samples.empty()) return {};
  const double only = samples.front();  // of which a tail has no quantile
  if (samples.size() == 1) return {.samples = 1, .p50 = only, .p90 = only, .p99 = only, .max = only};
  using Kept = statistics::stats<statistics::tag::tail_quantile<statistics::right>, statistics::tag::max>;
  // The tail that is kept is all of it.
  statistics::accumulator_set<double, Kept> kept(statistics::tag::tail<statistics::right>::cache_size =
                                                     samples.size());
  for (const double sample : samples) kept(sample);
  const auto at = [&kept](double probability) {
    return statistics::quantile(kept, statistics::quantile_probability = probability);
  };
  return {.samples = samples.size(),
          .p50 = at(0.5),
          .p90 = at(0.9),
          .p99 = at(0.99),
          .max = statistics::max(kept)};
}

}  // namespace harness
