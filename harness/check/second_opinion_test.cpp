#include "check/second_opinion.h"

#include <boost/test/unit_test.hpp>

namespace harness {
BOOST_AUTO_TEST_SUITE(second_opinion)

namespace {

CaseResult failure() {
  return {
      .id = "x",
      .verdict = Verdict::fail,
      .findings = {{.checker = "progress", .verdict = Verdict::fail, .message = "waiter sleeps for ever"}}};
}

CaseResult judged_with(const History& opinions) {
  CaseResult result = failure();
  apply_second_opinions(opinions, result);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_failure_that_nobody_shares_is_suspect_and_neither_pass_nor_fail) {
  const CaseResult result = judged_with({note_of({"native", 3, 0}), note_of({"arm64-single", 3, 0})});
  BOOST_CHECK(result.verdict == Verdict::inconclusive);
  BOOST_CHECK(result.findings[0].whose == Whose::emulator_suspect);
  BOOST_TEST(result.findings[0].message.find("3 of 3 runs on arm64-single passed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_that_any_other_target_shares_is_the_programs) {
  const CaseResult result = judged_with({note_of({"native", 3, 0}), note_of({"arm64-single", 1, 1})});
  BOOST_CHECK(result.verdict == Verdict::fail);
  BOOST_CHECK(result.findings[0].whose == Whose::program);
}

BOOST_AUTO_TEST_CASE(without_enough_runs_nothing_is_doubted) {
  BOOST_CHECK(judged_with({}).verdict == Verdict::fail);
  BOOST_CHECK(judged_with({note_of({"arm64-single", 2, 0})}).verdict == Verdict::fail);
}

BOOST_AUTO_TEST_CASE(a_platform_defect_stays_what_it_is) {
  CaseResult result = failure();
  result.findings[0].whose = Whose::platform;
  apply_second_opinions({note_of({"native", 3, 0})}, result);
  BOOST_CHECK(result.verdict == Verdict::fail);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
