#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(descriptor_delivery)

namespace {

using namespace literals;

std::string judged(const History& history) {
  return told(findings_of("descriptor_delivery", case_of({"broker", "worker"}), history));
}

Event passes(int64_t item) { return invoke("broker", "pass", item); }
Event passed(int64_t item, int64_t file) { return ok("broker", "pass", item, file); }
Event took(int64_t item, int64_t file) { return observed("worker", "took", {item, file}); }

BOOST_AUTO_TEST_CASE(passes_when_each_file_is_taken_for_its_item) {
  BOOST_TEST(
      judged(numbered({passes(1), passed(1, 70), passes(2), passed(2, 71), took(1, 70), took(2, 71)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_file_is_taken_for_another_item) {
  BOOST_TEST(judged(numbered({passes(1), passed(1, 70), took(1, 71)})) ==
             "fail: worker took file 71 for item 1, but broker passed file 70 with it");
  BOOST_TEST(judged(numbered({passes(1), passed(1, 70), took(9, 70)})) ==
             "fail: broker passed a descriptor for item 1, and nobody took it\n"
             "fail: worker took a descriptor for item 9, with which none was passed");
}

BOOST_AUTO_TEST_CASE(fails_when_two_are_taken_for_one_item) {
  BOOST_TEST(judged(numbered({passes(1), passed(1, 70), took(1, 70), took(1, 71)})) ==
             "fail: worker took two descriptors for item 1");
}

BOOST_AUTO_TEST_CASE(says_nothing_of_one_that_could_not_be_passed) {
  BOOST_TEST(judged(numbered({passes(1), failed("broker", "pass", 1, 22)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_none_was_passed) {
  BOOST_TEST(judged(numbered({spawned("broker")})) == "inconclusive: no descriptor was passed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
