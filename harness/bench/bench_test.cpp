#include <string>

#include <boost/test/unit_test.hpp>

#include "bench/distribution.h"
#include "bench/measure.h"
#include "bench/recovery.h"
#include "bench/stage.h"

namespace harness {
namespace {

template <typename T>
T measured(const Result<T>& result) {
  if (!result) BOOST_FAIL(result.error().message);
  return *result;
}

BOOST_AUTO_TEST_SUITE(bench)

BOOST_AUTO_TEST_CASE(quantiles_are_samples_that_were_there) {
  std::vector<double> samples;
  for (int i = 100; i >= 1; --i) samples.push_back(i);
  const Distribution distribution = distribution_of(samples);
  BOOST_TEST(distribution.samples == 100U);
  BOOST_TEST((distribution.p50 == 50 || distribution.p50 == 51));
  BOOST_TEST((distribution.p99 == 99 || distribution.p99 == 100));
  BOOST_TEST(distribution.max == 100);
  BOOST_TEST(distribution_of({}).samples == 0U);
  BOOST_TEST(distribution_of({7}).p99 == 7);
}

BOOST_AUTO_TEST_CASE(each_mechanism_carries_what_it_is_given_and_comes_back) {
  const Amount little{.bytes = 1'000'000, .round_trips = 20, .repeats = 1};
  const int processor = usable_processors().front();
  for (const Mechanism* mechanism : Registry<Mechanism>::instance().all()) {
    BOOST_TEST_CONTEXT(mechanism->id()) {
      if (mechanism->largest_message() > 0) {
        const auto rate = measure_transfer(*mechanism, {processor, processor}, little);
        BOOST_TEST(measured(rate) > 0);
      }
      const auto trips = measure_round_trips(*mechanism, {processor, processor}, little);
      BOOST_TEST(measured(trips).samples == 20U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_pipe_costs_a_write_for_a_message_and_two_calls_for_a_round_trip) {
  const auto calls = count_calls(*Registry<Mechanism>::instance().find("pipe"), usable_processors().front());
  BOOST_TEST(measured(calls).per_message.value() == 1.0);
  BOOST_TEST(measured(calls).per_round_trip == 2.0);
}

BOOST_AUTO_TEST_CASE(each_death_ends_in_the_success_that_it_names) {
  const int processor = usable_processors().front();
  for (const Recovery* recovery : Registry<Recovery>::instance().all()) {
    const auto times = measure_recovery(*recovery, {processor, processor}, 3);
    BOOST_TEST(measured(times).samples == 3U);
    BOOST_TEST(measured(times).p50 > 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
