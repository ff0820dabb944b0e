#include "run/calibration.h"

#include <sched.h>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(calibration)

BOOST_AUTO_TEST_CASE(work_takes_time_and_leaves_the_caller_on_its_own_cpus) {
  cpu_set_t before;
  cpu_set_t after;
  BOOST_REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  BOOST_TEST(calibration_ns(0).value() > 0);
  BOOST_REQUIRE(::sched_getaffinity(0, sizeof after, &after) == 0);
  BOOST_TEST(CPU_EQUAL(&before, &after));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
