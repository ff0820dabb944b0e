// Which cases are run as threads as well, and how.
#include "run/thread_mode.h"

#include <boost/test/unit_test.hpp>

#include "run/known_in_plan.h"

namespace harness {

BOOST_AUTO_TEST_SUITE(thread_mode)

namespace {

// This test program says of itself that it can, and so stands in for a subject.
#define SAYS_IT_CAN __asm__(".pushsection harness_modes,\"a\",%progbits\n\t.asciz \"threads\"\n\t.popsection")
SAYS_IT_CAN;

RoleInstance ring_role(const char* name, const char* program = "/proc/self/exe") {
  return {.name = name, .command = {program, name, "--items", "3"}, .from_zygote = true};
}

Plan ring_plan() {
  Case one{
      .id = "s/tsan/v/no-fault", .scenario = "s", .mechanism = "shm-ring", .target = "tsan", .variant = "v"};
  one.roles = {ring_role("producer"), ring_role("consumer.1"), ring_role("consumer.2")};
  one.roles[0].ready.point = InjectionPoint{.name = "ring.open"};
  one.roles[0].ready.nth = 2;
  one.checkers = {{.name = "sequence"}, {.name = "sanitizer_clean"}};
  return {.cases = {one}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_roles_are_threads_of_one_that_start_as_they_would) {
  Plan plan = ring_plan();
  add_as_threads(plan);
  BOOST_REQUIRE(plan.cases.size() == 2U);
  const Case& threads = plan.cases[1];
  BOOST_TEST(threads.id == "s/tsan/v/threads");
  BOOST_TEST(threads.mode == "threads");
  BOOST_REQUIRE(threads.roles.size() == 1U);
  const std::vector<std::string> expected = {"/proc/self/exe",
                                             "--harness-threads",  //
                                             "producer",
                                             "ring.open",
                                             "2",
                                             "3",
                                             "producer",
                                             "--items",
                                             "3",
                                             "consumer.1",  //
                                             "",
                                             "1",
                                             "3",
                                             "consumer.1",
                                             "--items",
                                             "3",
                                             "consumer.2",
                                             "",  //
                                             "1",
                                             "3",
                                             "consumer.2",
                                             "--items",
                                             "3"};
  BOOST_TEST(threads.roles[0].command == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(threads_are_judged_by_races_and_by_coming_to_an_end) {
  Plan plan = ring_plan();
  add_as_threads(plan);
  BOOST_REQUIRE(plan.cases[1].checkers.size() == 2U);
  BOOST_TEST(plan.cases[1].checkers[0].name == "sanitizer_clean");
  BOOST_TEST(plan.cases[1].checkers[1].name == "progress");
}

BOOST_AUTO_TEST_CASE(a_mutant_whose_mistake_is_no_race_may_pass_as_threads) {
  Plan plan = ring_plan();
  plan.cases[0].mutant = true;
  plan.cases[0].expected = {.outcome = Expectation::Outcome::fail, .checker = "sequence"};
  add_as_threads(plan);
  BOOST_CHECK(plan.cases[1].expected.outcome == Expectation::Outcome::not_shown);

  plan = ring_plan();
  plan.cases[0].mutant = true;
  plan.cases[0].expected = {.outcome = Expectation::Outcome::fail, .checker = "sanitizer_clean"};
  add_as_threads(plan);
  BOOST_CHECK(plan.cases[1].expected.outcome == Expectation::Outcome::fail);
}

BOOST_AUTO_TEST_CASE(a_mutant_that_is_tried_as_a_program_must_pass_as_threads_too) {
  Plan plan = ring_plan();
  plan.cases[0].mutant = true;
  add_as_threads(plan);
  BOOST_CHECK(plan.cases[1].expected.outcome == Expectation::Outcome::pass);
}

BOOST_AUTO_TEST_CASE(a_case_with_a_fault_is_for_processes) {
  Plan plan = ring_plan();
  plan.cases[0].faults = {Fault{.victim = "producer"}};
  add_as_threads(plan);
  BOOST_TEST(plan.cases.size() == 1U);
  BOOST_TEST(plan.notes.empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_threads_is_told_where_memory_is_shared) {
  Plan plan = ring_plan();
  plan.cases[0].roles[1].command[0] = "/bin/true";
  add_as_threads(plan);
  BOOST_TEST(plan.cases.size() == 1U);
  BOOST_REQUIRE(plan.notes.size() == 1U);
  BOOST_TEST(
      plan.notes[0] ==
      "s/tsan/v: not run as threads, so that races between its roles are not seen: its roles are different "
      "programs");
  plan.notes.clear();
  plan.cases[0].mechanism = "pipe";
  add_as_threads(plan);
  BOOST_TEST(plan.notes.empty());
}

BOOST_AUTO_TEST_CASE(what_does_not_count_is_a_note_of_the_plan_as_long_as_it_holds_and_after) {
  Plan plan = ring_plan();
  plan.cases[0].checkers[1].options = nlohmann::json::parse(
      R"({"known": [{"report": "data race", "at": "x.h", "because": "GCC PR 1", "until": "2027-06-30"}]})");
  Plan later = plan;
  settle_known_reports(plan, "2027-06-30");
  BOOST_TEST(plan.notes.at(0) == "s on tsan: \"data race\" at x.h does not count until 2027-06-30: GCC PR 1");
  BOOST_TEST(!plan.cases[0].checkers[1].options.empty());
  settle_known_reports(later, "2027-07-01");
  BOOST_TEST(later.notes.at(0) ==
             "s on tsan: \"data race\" at x.h was known until 2027-06-30, and counts again: GCC PR 1");
  BOOST_TEST(later.cases[0].checkers[1].options.empty());
}

BOOST_AUTO_TEST_CASE(what_was_run_in_processes_alone_is_said_not_to_have_been_looked_at_for_races) {
  Plan plan = ring_plan();
  BOOST_TEST(unseen_in_processes(plan.cases, "tsan") ==
             "data races between the roles of a variant whose cases here are in processes alone: s/v (target "
             "race sees these)");
  BOOST_TEST(unseen_in_processes(plan.cases, "arm64-tsan") == "");
  Case with_fault = plan.cases.front();
  for (const char* variant : {"w", "x", "y", "z"}) {
    with_fault.variant = variant;
    plan.cases.push_back(with_fault);
  }
  BOOST_TEST(
      unseen_in_processes(plan.cases, "tsan") ==
      "data races between the roles of 5 variants whose cases here are in processes alone: s/v, s/w, s/x "
      "and 2 more (target race sees these)");
  Plan seen = ring_plan();
  add_as_threads(seen);
  BOOST_TEST(unseen_in_processes(seen.cases, "tsan") == "", "it has a case with threads");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
