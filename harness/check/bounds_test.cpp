#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(bounds)

namespace {

using namespace literals;

const Case kPlan = case_of({"producer", "consumer"});

constexpr int kSegmentationFault = 11;  // signal(7)

std::string judged(const History& history) { return told(findings_of("bounds", kPlan, history)); }

Event room(int64_t bytes) { return observed("consumer", "room", {bytes}); }
Event access(int64_t begin, int64_t bytes) { return observed("consumer", "access", {begin, bytes}); }

BOOST_AUTO_TEST_CASE(passes_what_fills_the_room_and_no_more) {
  BOOST_TEST(judged(numbered({room(24), access(0, 24), access(24, 0)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_one_byte_beyond_and_what_runs_over) {
  BOOST_TEST(judged(numbered({room(24), access(0, 25)})) ==
             "fail: consumer went for 25 bytes at 0, and has room for 24");
  BOOST_TEST(judged(numbered({room(24), access(1, INT64_MAX)})) ==
             "fail: consumer went for 9223372036854775807 bytes at 1, and has room for 24");
  BOOST_TEST(judged(numbered({room(24), access(-1, 1)})) ==
             "fail: consumer went for 1 bytes at -1, and has room for 24");
}

BOOST_AUTO_TEST_CASE(fails_when_the_kernel_ends_an_access) {
  BOOST_TEST(judged(numbered({spawned("consumer"), room(24), ended_by("consumer", kSegmentationFault)})) ==
             "fail: consumer touched memory that it may not touch: SIGSEGV");
}

BOOST_AUTO_TEST_CASE(knows_a_signal_that_a_fault_has_sent) {
  BOOST_TEST(judged(numbered({spawned("consumer"), room(24), sent_signal("consumer", kSegmentationFault),
                              ended_by("consumer", kSegmentationFault)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_tells_its_room) {
  BOOST_TEST(judged(numbered({access(0, 25)})) == "inconclusive: nobody told its room");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
