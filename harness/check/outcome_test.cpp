#include "check/outcome.h"

#include <boost/test/unit_test.hpp>

#include "check/expectation.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(outcome)

namespace {

const Expectation kPass;
const Expectation kFail{.outcome = Expectation::Outcome::fail, .checker = "progress"};
const Expectation kNotShown{.outcome = Expectation::Outcome::not_shown, .because = "x86 keeps this order"};
const Expectation kDefect{.outcome = Expectation::Outcome::platform, .defect = "MX-22"};

const Finding kStuck{.checker = "progress", .verdict = Verdict::fail};
const Finding kTorn{.checker = "no_lost_update", .verdict = Verdict::fail};
const Finding kUnsure{.checker = "fault_fired", .verdict = Verdict::inconclusive};
const Finding kLostWakeup{
    .checker = "progress", .verdict = Verdict::fail, .whose = Whose::platform, .defect = "MX-22"};

// Cases and their results, added one by one as a run would.
struct Run {
  Plan plan;
  std::vector<CaseResult> results;

  Case& plan_case(const std::string& variant, const Expectation& expected) {
    Case one{.scenario = "s",
             .mechanism = "shm-mutex",
             .target = "native",
             .variant = variant,
             .expected = expected};
    one.id = "s/native/" + variant + "/" + std::to_string(plan.cases.size() + 1);
    one.mutant = expected.outcome == Expectation::Outcome::fail;
    plan.cases.push_back(one);
    return plan.cases.back();
  }

  Run& add(const std::string& variant, const Expectation& expected, const std::vector<Finding>& findings) {
    const Case& one = plan_case(variant, expected);
    CaseResult result{.id = one.id, .findings = findings, .faults_planned = 1, .faults_fired = 1};
    for (const Finding& finding : findings) result.verdict = worst(result.verdict, finding.verdict);
    result.as_expected = is_as_expected(expected, result.verdict, findings);
    results.push_back(result);
    return *this;
  }

  RunOutcome outcome() const { return outcome_of(plan, results); }
  VariantOutcome variant() const { return outcome().variants.at(0); }
};

BOOST_AUTO_TEST_CASE(all_as_expected_exits_with_0) {
  const RunOutcome run = Run()
                             .add("robust", kPass, {})
                             .add("robust", kPass, {})
                             .add("not-robust", kFail, {kStuck})
                             .add("not-robust", kFail, {})
                             .outcome();
  BOOST_TEST(run.exit_status == 0);
  BOOST_TEST((run.verdict == Verdict::pass));
  BOOST_TEST(!run.surprise);
  BOOST_TEST(run.cases == 4);
  BOOST_TEST(run.passed == 3);
  BOOST_TEST(run.failed == 1);
  BOOST_TEST(run.mutants == 1);
  BOOST_TEST(run.mutants_caught == 1);
  BOOST_REQUIRE(run.variants.size() == 2u);
  BOOST_TEST(run.variants[0].variant == "robust");
  BOOST_TEST(run.variants[0].mechanism == "shm-mutex");
  BOOST_TEST(run.variants[0].cases == 2);
  BOOST_TEST(run.variants[0].why == "");
  BOOST_TEST(run.variants[1].caught);
  BOOST_TEST(run.variants[1].caught_by == "progress");
  BOOST_TEST((run.variants[1].verdict == Verdict::fail));
  BOOST_TEST(run.variants[1].as_expected);
}

BOOST_AUTO_TEST_CASE(a_correct_variant_that_fails_is_a_surprise) {
  const Run run = Run().add("robust", kPass, {}).add("robust", kPass, {kStuck, kTorn, kStuck});
  BOOST_TEST(run.outcome().exit_status == 1);
  BOOST_TEST((run.outcome().verdict == Verdict::fail));
  BOOST_TEST(run.variant().surprises == (std::vector<std::string>{"s/native/robust/2"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      run.variant().why ==
      R"(robust was expected to come to "pass", but s/native/robust/2 failed by progress, no_lost_update)");
}

BOOST_AUTO_TEST_CASE(a_platform_defect_where_a_pass_was_expected_is_a_surprise_and_says_so) {
  const Run run = Run().add("robust", kPass, {kLostWakeup});
  BOOST_TEST(run.outcome().exit_status == 1);
  BOOST_TEST(
      run.variant().why ==
      R"(robust was expected to come to "pass", but s/native/robust/1 failed by progress (platform MX-22))");
}

BOOST_AUTO_TEST_CASE(a_mutant_that_nobody_catches_is_a_surprise_without_a_case) {
  const Run run = Run().add("not-robust", kFail, {}).add("not-robust", kFail, {});
  BOOST_TEST(run.outcome().exit_status == 1);
  BOOST_TEST(run.outcome().mutants == 1);
  BOOST_TEST(run.outcome().mutants_caught == 0);
  BOOST_TEST(run.variant().surprises.empty());
  BOOST_TEST(run.variant().why ==
             R"(not-robust was expected to come to "fail: progress", but no case showed it: 2 of 2 passed)");
}

BOOST_AUTO_TEST_CASE(a_mutant_that_another_checker_catches_is_a_surprise) {
  const Run run = Run().add("not-robust", kFail, {kTorn});
  BOOST_TEST(run.outcome().exit_status == 1);
  BOOST_TEST(!run.variant().caught);
  BOOST_TEST(run.variant().caught_by == "no_lost_update");
}

BOOST_AUTO_TEST_CASE(a_mutant_caught_in_one_case_must_not_fail_otherwise_in_another) {
  const Run run = Run().add("not-robust", kFail, {kTorn}).add("not-robust", kFail, {kStuck});
  BOOST_TEST(run.outcome().exit_status == 1);
  BOOST_TEST(run.variant().caught);
  BOOST_TEST(run.variant().caught_by == "progress");
  BOOST_TEST(!run.variant().as_expected);
}

BOOST_AUTO_TEST_CASE(a_platform_defect_catches_no_mutant) {
  const Run run = Run().add("not-robust", kFail, {kLostWakeup});
  BOOST_TEST(run.outcome().exit_status == 1);
  BOOST_TEST(!run.variant().caught);
  BOOST_TEST(run.variant().caught_by == "");
}

BOOST_AUTO_TEST_CASE(a_defect_that_is_expected_and_shown_is_no_surprise) {
  const Run run = Run().add("robust", kDefect, {kLostWakeup}).add("robust", kDefect, {});
  BOOST_TEST(run.outcome().exit_status == 0);
  BOOST_TEST(run.outcome().mutants == 0);
  BOOST_TEST(run.variant().caught);
  BOOST_TEST(run.variant().caught_by == "progress");
}

BOOST_AUTO_TEST_CASE(a_defect_that_is_expected_and_not_shown_is_a_surprise) {
  BOOST_TEST(Run().add("robust", kDefect, {}).outcome().exit_status == 1);
}

BOOST_AUTO_TEST_CASE(a_mutant_that_cannot_be_shown_passes_and_is_not_counted_as_one_to_catch) {
  Run run;
  run.add("relaxed", kNotShown, {});
  BOOST_TEST(run.outcome().exit_status == 0);
  BOOST_TEST(run.outcome().mutants == 0);
  BOOST_TEST(!run.variant().caught);
}

BOOST_AUTO_TEST_CASE(a_mutant_that_shows_after_all_is_caught_and_no_surprise) {
  Run run;
  run.add("relaxed", kNotShown, {kTorn}).add("relaxed", kNotShown, {});
  BOOST_TEST(run.outcome().exit_status == 0);
  BOOST_TEST(run.variant().caught);
  BOOST_TEST(run.variant().caught_by == "no_lost_update");
}

BOOST_AUTO_TEST_CASE(a_platform_defect_does_not_show_a_mutant) {
  Run run;
  run.add("relaxed", kNotShown, {kLostWakeup});
  BOOST_TEST(run.outcome().exit_status == 1);
}

BOOST_AUTO_TEST_CASE(an_inconclusive_case_exits_with_2) {
  const Run run = Run().add("robust", kPass, {}).add("robust", kPass, {kUnsure});
  BOOST_TEST(run.outcome().exit_status == 2);
  BOOST_TEST((run.outcome().verdict == Verdict::inconclusive));
  BOOST_TEST(run.outcome().inconclusive_any);
  BOOST_TEST(!run.variant().as_expected);
  BOOST_TEST(run.variant().why == "1 of 2 cases of robust could not be judged");
}

BOOST_AUTO_TEST_CASE(a_surprise_weighs_more_than_an_inconclusive_case) {
  BOOST_TEST(Run().add("robust", kPass, {kUnsure}).add("robust", kPass, {kStuck}).outcome().exit_status == 1);
}

BOOST_AUTO_TEST_CASE(a_mutant_whose_case_could_not_be_judged_is_not_called_missed) {
  BOOST_TEST(Run().add("not-robust", kFail, {}).add("not-robust", kFail, {kUnsure}).outcome().exit_status ==
             2);
}

BOOST_AUTO_TEST_CASE(a_mutant_that_is_expected_to_pass_is_not_counted_as_one_to_catch) {
  Run run;
  run.add("no-repair", kPass, {});
  run.plan.cases[0].mutant = true;
  BOOST_TEST(run.outcome().exit_status == 0);
  BOOST_TEST(run.outcome().mutants == 0);
  BOOST_TEST(run.variant().mutant);
}

BOOST_AUTO_TEST_CASE(a_known_limit_of_a_program_that_is_no_mutant_is_not_counted_as_one) {
  Run run;
  run.add("boost", kFail, {kStuck});
  run.plan.cases[0].mutant = false;
  BOOST_TEST(run.outcome().exit_status == 0);
  BOOST_TEST(run.outcome().mutants == 0);
  BOOST_TEST(run.variant().caught);
}

BOOST_AUTO_TEST_CASE(a_planned_case_without_a_result_is_inconclusive) {
  Run run;
  run.add("robust", kPass, {});
  run.plan_case("robust", kPass);
  BOOST_TEST(run.outcome().exit_status == 2);
  BOOST_TEST(run.outcome().cases == 2);
  BOOST_TEST(run.outcome().inconclusive == 1);
  BOOST_TEST(run.variant().why == "s/native/robust/2 was planned, but has no result");
}

BOOST_AUTO_TEST_CASE(the_same_variant_on_another_target_is_another_outcome) {
  Run run;
  run.add("robust", kPass, {}).add("robust", kPass, {});
  run.plan.cases[1].target = "arm64";
  BOOST_TEST(run.outcome().variants.size() == 2u);
}

BOOST_AUTO_TEST_CASE(counts_the_cases_whose_faults_all_struck) {
  Run run;
  run.add("robust", kPass, {}).add("robust", kPass, {}).add("robust", kPass, {});
  run.results[1].faults_fired = 0;
  run.results[2].faults_planned = run.results[2].faults_fired = 0;
  BOOST_TEST(run.variant().fired_cases == 1);
}

BOOST_AUTO_TEST_CASE(an_empty_plan_exits_with_77) {
  BOOST_TEST(Run().outcome().exit_status == 77);
  BOOST_TEST((Run().outcome().verdict == Verdict::inconclusive));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
