#include "run/interleavings.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

const std::vector<std::string> kTasks = {"waker", "sleeper", "sleeper+2"};

Case planned_kill() {
  Case one{.id = "s/native/v/waker@probe:set=kill", .scenario = "s", .target = "native", .variant = "v"};
  one.roles = {{.name = "waker"}, {.name = "sleeper"}};
  one.faults = {{.victim = "waker", .at = {.name = "set"}, .action = {.name = "kill"}}};
  return one;
}

History steps_of_three(int turns) {
  return {{.kind = EventKind::turns, .data = {{"turns", turns}, {"tasks", kTasks}}}};
}

BOOST_AUTO_TEST_SUITE(interleavings)

BOOST_AUTO_TEST_CASE(a_recording_has_no_fault_and_the_order_of_the_roles) {
  const Case one = Interleavings({.schedules = 5}).recording(planned_kill());
  BOOST_TEST(one.id == "s/native/v/no-fault~turns=");
  BOOST_TEST(one.faults.empty());
  BOOST_TEST((one.schedule == Schedule{}));
}

BOOST_AUTO_TEST_CASE(with_faults_a_recording_keeps_those_of_its_case) {
  const Case one = Interleavings({.schedules = 5, .keeps_faults = true}).recording(planned_kill());
  BOOST_TEST(one.id == "s/native/v/waker@probe:set=kill~turns=");
  BOOST_TEST(one.faults.size() == 1U);
}

BOOST_AUTO_TEST_CASE(of_a_mutant_a_pass_says_nothing_and_a_failure_is_welcome) {
  Case mutant = planned_kill();
  mutant.expected = {.outcome = Expectation::Outcome::fail, .checker = "progress"};
  const Case one = Interleavings({.schedules = 5}).recording(mutant);
  BOOST_TEST((one.expected.outcome == Expectation::Outcome::not_shown));
  BOOST_TEST(!one.expected.because.empty());
}

BOOST_AUTO_TEST_CASE(so_many_schedules_are_planned_each_once_and_the_same_from_the_same_seed) {
  Interleavings first({.schedules = 50, .seed = 7});
  Interleavings again({.schedules = 50, .seed = 7});
  Interleavings other({.schedules = 50, .seed = 8});
  const Case one = first.recording(planned_kill());
  const std::vector<Case> cases = first.next(one, steps_of_three(40));
  std::vector<std::string> ids;
  for (const Case& next : cases) ids.push_back(next.id);
  BOOST_TEST(cases.size() == 49U);
  BOOST_TEST((std::set<std::string>(ids.begin(), ids.end()).size() == 49U));
  const std::vector<Case> same = again.next(one, steps_of_three(40));
  const std::vector<Case> different = other.next(one, steps_of_three(40));
  BOOST_TEST((std::equal(cases.begin(), cases.end(), same.begin(), same.end(),
                         [](const Case& a, const Case& b) { return a.id == b.id; })));
  BOOST_TEST((cases.front().id != different.front().id));
  BOOST_TEST(first.next(cases.front(), steps_of_three(40)).empty(), "only a recording leads to others");
}

BOOST_AUTO_TEST_CASE(where_there_are_few_orders_no_more_are_planned) {
  Interleavings few({.schedules = 500});
  const History one_task = {{.kind = EventKind::turns, .data = {{"turns", 1}, {"tasks", {"waker"}}}}};
  BOOST_TEST(few.next(few.recording(planned_kill()), one_task).size() == 2U,
             "its name alone, and a change at its only turn");
}

BOOST_AUTO_TEST_CASE(a_drawn_schedule_names_each_task_once_and_changes_within_its_turns) {
  for (int nth = 1; nth < 200; ++nth) {
    const Schedule one = drawn_schedule(kTasks, 12, 1, nth);
    std::vector<std::string> order = one.order;
    std::vector<std::string> tasks = kTasks;
    std::sort(order.begin(), order.end());
    std::sort(tasks.begin(), tasks.end());
    BOOST_TEST((order == tasks));
    BOOST_TEST(one.changes.size() <= 3U);
    for (const int turn : one.changes) BOOST_TEST((turn >= 1 && turn <= 12));
  }
}

BOOST_AUTO_TEST_CASE(an_id_is_enough_to_make_its_case_again) {
  Interleavings some({.schedules = 5});
  for (const Case& one : some.next(some.recording(planned_kill()), steps_of_three(20))) {
    const auto again = scheduled_case(planned_kill(), one.id);
    BOOST_TEST_REQUIRE(again.has_value());
    BOOST_TEST(again->id == one.id);
    BOOST_TEST((again->schedule == one.schedule));
    BOOST_TEST(again->faults.empty());
  }
  const auto with_fault = scheduled_case(planned_kill(), planned_kill().id + "~turns=sleeper,waker:3");
  BOOST_TEST_REQUIRE(with_fault.has_value());
  BOOST_TEST(with_fault->faults.size() == 1U);
  BOOST_TEST(!scheduled_case(planned_kill(), "s/native/v/no-fault~turns=other").has_value());
  BOOST_TEST(!scheduled_case(planned_kill(), "s/native/v/no-fault").has_value());
  BOOST_TEST(!scheduled_case(planned_kill(), "s/native/w/no-fault~turns=").has_value());
}

BOOST_AUTO_TEST_CASE(it_is_told_how_many_were_run_and_which_failed_first) {
  Interleavings few({.schedules = 3});
  const Case one = few.recording(planned_kill());
  Plan plan{.cases = few.next(one, steps_of_three(9))};
  plan.cases.insert(plan.cases.begin(), one);
  const std::vector<CaseResult> results = {{.id = one.id, .verdict = Verdict::pass},
                                           {.id = plan.cases[1].id, .verdict = Verdict::fail}};
  const nlohmann::json told = few.coverage(plan, results).at("schedules").at(0);
  BOOST_TEST(told.at("case") == "s/native/v/no-fault");
  BOOST_TEST(told.at("turns") == 9);
  BOOST_TEST(told.at("planned") == 3);
  BOOST_TEST(told.at("run") == 2);
  BOOST_TEST(told.at("failed") == 1);
  BOOST_TEST(told.at("first_failed") == plan.cases[1].id);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
