#include "target/case_queue.h"

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(a_queue_of_cases)

Case running(const std::string& program, bool is_copied = true) {
  Case one;
  one.roles = {{.name = "owner", .command = {program, "owner"}, .from_zygote = is_copied}};
  return one;
}

// The order in which workers get the cases when they ask in turn.
std::vector<size_t> taken_in_turn(const std::vector<Case>& cases, size_t workers) {
  std::vector<const Case*> plans;
  for (const Case& one : cases) plans.push_back(&one);
  CaseQueue queue(plans);
  std::vector<size_t> taken;
  for (size_t turn = 0; !queue.is_empty(); ++turn) taken.push_back(*queue.take(turn % workers));
  BOOST_TEST(!queue.take(0).has_value());
  return taken;
}

BOOST_AUTO_TEST_CASE(gives_one_worker_all_cases_in_the_plans_order) {
  const auto taken = taken_in_turn({running("a"), running("b"), running("c")}, 1);
  BOOST_TEST(taken == (std::vector<size_t>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(keeps_each_worker_with_the_programs_that_it_has_run) {
  const auto taken = taken_in_turn({running("a"), running("a"), running("b"), running("b")}, 2);
  BOOST_TEST(taken == (std::vector<size_t>{0, 2, 1, 3}));
}

BOOST_AUTO_TEST_CASE(has_a_worker_help_another_rather_than_wait) {
  const auto taken = taken_in_turn({running("a"), running("a"), running("a")}, 2);
  BOOST_TEST(taken == (std::vector<size_t>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(takes_programs_that_are_not_copied_as_they_come) {
  const auto taken = taken_in_turn({running("sh", false), running("sh", false), running("a")}, 2);
  BOOST_TEST(taken == (std::vector<size_t>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(never_goes_far_ahead_of_the_first_that_waits) {
  std::vector<Case> cases(1000, running("a"));
  cases.push_back(running("b"));
  const auto taken = taken_in_turn(cases, 2);
  BOOST_TEST(taken[1] == 1u);
}

BOOST_AUTO_TEST_CASE(gives_first_what_was_put_back) {
  const std::vector<Case> cases = {running("a"), running("b")};
  CaseQueue queue({&cases[0], &cases[1]});
  const size_t first = *queue.take(0);
  queue.put_back(first);
  BOOST_TEST(*queue.take(0) == first);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
