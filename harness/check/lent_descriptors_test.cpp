#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(lent_descriptors)

namespace {

using namespace literals;

std::string judged(const History& history) {
  return told(findings_of("lent_descriptors", case_of({"broker"}), history));
}

Event lent(int64_t offset, int64_t flags) { return observed("broker", "lent", {1, offset, flags}); }
Event returned(int64_t offset, int64_t flags) { return observed("broker", "returned", {1, offset, flags}); }

BOOST_AUTO_TEST_CASE(passes_when_all_is_as_it_was) {
  BOOST_TEST(judged(numbered({lent(0, 0), returned(0, 0)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_offset_has_moved) {
  BOOST_TEST(judged(numbered({lent(0, 0), returned(4, 0)})) ==
             "fail: the offset of broker's descriptor 1 was 0 when it was lent and is 4 afterwards");
}

BOOST_AUTO_TEST_CASE(fails_when_a_flag_is_set) {
  BOOST_TEST(judged(numbered({lent(0, 0), returned(0, 2048)})) ==
             "fail: broker's descriptor 1 did not have O_NONBLOCK when it was lent, and has it afterwards");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_none_came_back) {
  BOOST_TEST(judged(numbered({lent(0, 0)})) == "inconclusive: no descriptor was lent and came back");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
