#include "report/sweeps.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(sweeps)

BOOST_AUTO_TEST_CASE(numbers_that_follow_each_other_are_a_range) {
  BOOST_TEST(ranges({}) == "");
  BOOST_TEST(ranges({7}) == "7");
  BOOST_TEST(ranges({2, 3, 4, 9, 11, 12}) == "2..4, 9, 11..12");
}

BOOST_AUTO_TEST_CASE(a_sweep_has_the_window_in_which_its_cases_failed) {
  std::vector<Case> plans(4);
  const History history;
  ScenarioRun run;
  VariantRun variant;
  variant.outcome.variant = "flag-then-pause";
  for (int nth = 1; nth <= 4; ++nth) {
    Case& plan = plans[static_cast<size_t>(nth - 1)];
    plan.faults.push_back({.victim = "w",
                           .at = *parse_point("insn:a..b"),
                           .arrival = nth,
                           .action = *parse_action("signal(SIGUSR1)")});
    JudgedCase one{.plan = &plan, .history = &history, .was_run = true};
    one.result.verdict = nth == 2 || nth == 3 ? Verdict::fail : Verdict::pass;
    variant.cases.push_back(one);
  }
  run.variants.push_back(variant);
  const std::vector<Sweep> found = sweeps_of(run);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found.front().variant == "flag-then-pause");
  BOOST_TEST(found.front().fault == "w@insn:a..b=signal-SIGUSR1");
  BOOST_TEST(found.front().instructions == 4);
  BOOST_TEST(ranges(found.front().failed) == "2..3");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
