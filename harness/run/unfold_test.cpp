#include "run/unfold.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

Fault short_read(const std::string& bytes) {
  return {.victim = "reader", .at = *parse_point("syscall:read/enter"), .action = {"short", bytes}};
}

std::vector<std::string> cases_of(const FaultLine& line) {
  std::vector<std::string> texts;
  for (const auto& faults : unfold(line)) texts.push_back(to_string(faults));
  return texts;
}

BOOST_AUTO_TEST_SUITE(unfolding)

BOOST_AUTO_TEST_CASE(a_line_without_a_range_is_one_case) {
  BOOST_TEST(cases_of({.faults = {short_read("7")}}) ==
                 std::vector<std::string>{"reader@syscall:read/enter=short-7"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_range_of_bytes_is_a_case_for_each) {
  BOOST_TEST(
      cases_of({.faults = {short_read("1..3")}}) ==
          (std::vector<std::string>{"reader@syscall:read/enter=short-1", "reader@syscall:read/enter=short-2",
                                    "reader@syscall:read/enter=short-3"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(arrivals_and_bytes_multiply) {
  BOOST_TEST(cases_of({.faults = {short_read("1..2")}, .last_arrival = 3}).size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_storm_is_one_case_with_a_fault_at_every_so_manieth_arrival) {
  FaultLine line{.faults = {short_read("1")}, .every = 2, .up_to = 7};
  BOOST_TEST(cases_of(line) == std::vector<std::string>{"reader@syscall:read/enter#2,4..6=short-1"},
             boost::test_tools::per_element());
  line.faults = {short_read("1..2")};
  BOOST_TEST(cases_of(line).size() == 8u, "each of its three faults has a number of bytes of its own");
}

BOOST_AUTO_TEST_CASE(a_range_that_goes_downwards_is_left_for_the_injector_to_refuse) {
  BOOST_TEST(cases_of({.faults = {short_read("3..1")}}) ==
                 std::vector<std::string>{"reader@syscall:read/enter=short-3..1"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
