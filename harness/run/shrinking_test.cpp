#include "run/shrinking.h"

#include <boost/test/unit_test.hpp>

namespace harness {
BOOST_AUTO_TEST_SUITE(shrinking)

namespace {

Fault fault_at(const std::string& point, int arrival = 1) {
  return {.victim = "writer", .at = *parse_point(point), .arrival = arrival, .action = {"kill", ""}};
}

Case case_of(const std::vector<Fault>& faults) {
  Case one{.id = "s/native/v/" + to_string(faults)};
  one.faults = faults;
  return one;
}

std::vector<std::string> smaller_ids(const Case& one) {
  std::vector<std::string> ids;
  for (const Case& smaller : smaller_cases(one)) ids.push_back(smaller.id);
  return ids;
}

CaseResult failed_by(const std::string& checker, int planned = 1, int fired = 1) {
  return {.verdict = Verdict::fail,
          .findings = {{.checker = checker, .verdict = Verdict::fail}},
          .faults_planned = planned,
          .faults_fired = fired};
}

BOOST_AUTO_TEST_CASE(of_a_chain_each_fault_alone_comes_first_and_then_each_left_out) {
  const auto ids =
      smaller_ids(case_of({fault_at("probe:a"), fault_at("probe:b"), fault_at("syscall:read(link)/enter")}));
  BOOST_REQUIRE(ids.size() == 6);
  BOOST_TEST(ids[0] == "s/native/v/writer@probe:a=kill");
  BOOST_TEST(ids[2] == "s/native/v/writer@syscall:read-link/enter=kill");
  BOOST_TEST(ids[5] == "s/native/v/writer@probe:a=kill+writer@probe:b=kill");
}

BOOST_AUTO_TEST_CASE(a_single_fault_becomes_none_earlier_once_only_and_not_held) {
  Fault fault = fault_at("probe:a", 8);
  fault.onwards = true;
  fault.hold = {.until = Hold::Until::settled};
  const auto ids = smaller_ids(case_of({fault}));
  const std::vector<std::string> expected = {
      "s/native/v/no-fault", "s/native/v/writer@probe:a#1..~settled=kill",
      "s/native/v/writer@probe:a#4..~settled=kill", "s/native/v/writer@probe:a#8~settled=kill",
      "s/native/v/writer@probe:a#8..=kill"};
  BOOST_TEST(ids == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_smaller_than_a_case_without_a_fault) {
  BOOST_TEST(smaller_cases(case_of({})).empty());
}

BOOST_AUTO_TEST_CASE(the_same_way_is_the_same_checker_with_all_faults_struck) {
  BOOST_TEST(fails_in_the_same_way(failed_by("progress"), failed_by("progress", 2, 2)));
  BOOST_TEST(!fails_in_the_same_way(failed_by("no_residue"), failed_by("progress")));
  BOOST_TEST(!fails_in_the_same_way(failed_by("progress", 1, 0), failed_by("progress")));
  BOOST_TEST(!fails_in_the_same_way({.verdict = Verdict::pass}, failed_by("progress")));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_schedule_is_tried_with_one_change_of_turns_and_with_one_less) {
  Case one{.id = "s/native/v/no-fault~turns=b,a:2:5"};
  one.schedule = Schedule{.order = {"b", "a"}, .changes = {2, 5}};
  std::vector<std::string> ids;
  for (const Case& smaller : smaller_cases(one)) {
    BOOST_TEST(to_string(*smaller.schedule) == smaller.id.substr(schedule_at(smaller.id)));
    ids.push_back(smaller.id.substr(schedule_at(smaller.id)));
  }
  BOOST_TEST((ids == std::vector<std::string>{"~turns=:1", "~turns=:2", "~turns=:3", "~turns=:4", "~turns=:5",
                                              "~turns=:2:5", "~turns=b,a", "~turns=b,a:5", "~turns=b,a:2"}));
}

BOOST_AUTO_TEST_CASE(a_schedule_of_one_change_is_tried_without_it) {
  Case one{.id = "s/native/v/no-fault~turns=:7"};
  one.schedule = Schedule{.changes = {7}};
  const std::vector<Case> smaller = smaller_cases(one);
  BOOST_TEST_REQUIRE(smaller.size() == 1U);
  BOOST_TEST(smaller.front().id == "s/native/v/no-fault~turns=");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
