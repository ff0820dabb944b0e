#include "report/diff.h"

#include <boost/test/unit_test.hpp>

#include "report/sample_record.h"

namespace harness {
namespace {

const Finding kTorn{.checker = "no_lost_update", .verdict = Verdict::fail};

// The quiet run, in which the correct variant comes to this instead.
RunRecord with(Verdict verdict, std::vector<Finding> findings) {
  RunRecord record = quiet_record();
  record.results[0] =
      sample_result(record.plan.cases[0], verdict, std::move(findings), verdict == Verdict::pass);
  return record;
}

RunRecord passing() { return quiet_record(); }
RunRecord stuck() { return with(Verdict::fail, {kDeadlockFinding}); }
RunRecord torn() { return with(Verdict::fail, {kTorn}); }
RunRecord doubtful() { return with(Verdict::inconclusive, {}); }

// "NEW: progress" for each difference, and the status.
std::string diff(const RunRecord& before, const RunRecord& now) {
  std::string words;
  const RunDiff found = diff_runs(before, now);
  for (const Difference& one : found.differences)
    words += std::string(to_string(one.kind)) + ": " + one.now + ", ";
  return words + "exit " + std::to_string(found.exit_status);
}

// The case a second time, as --repeat 2 plans it.
RunRecord repeated(RunRecord first, const RunRecord& second) {
  Case again = first.plan.cases[0];
  again.repeat = 2;
  again.id += "/r2";
  CaseResult result = second.results[0];
  result.id = again.id;
  first.plan.cases.push_back(again);
  first.results.push_back(result);
  return first;
}

BOOST_AUTO_TEST_SUITE(diff_of_runs)

BOOST_AUTO_TEST_CASE(the_same_run_twice_has_no_differences) {
  BOOST_TEST(diff(passing(), passing()) == "exit 0");
  BOOST_TEST(diff_runs(passing(), passing()).in_both == 5);  // three cases, two that must be caught
}

BOOST_AUTO_TEST_CASE(a_new_failure_fails) { BOOST_TEST(diff(passing(), stuck()) == "NEW: progress, exit 1"); }

BOOST_AUTO_TEST_CASE(a_changed_failure_fails) {
  BOOST_TEST(diff(torn(), stuck()) == "CHANGED: progress, exit 1");
}

BOOST_AUTO_TEST_CASE(a_known_failure_does_not) {
  BOOST_TEST(diff(stuck(), stuck()) == "known: progress, exit 0");
}

BOOST_AUTO_TEST_CASE(a_fixed_failure_is_told) { BOOST_TEST(diff(stuck(), passing()) == "fixed: , exit 0"); }

BOOST_AUTO_TEST_CASE(a_failure_of_a_case_that_is_new_is_new) {
  RunRecord before = passing();
  before.plan.cases.erase(before.plan.cases.begin());
  before.results.erase(before.results.begin());
  BOOST_TEST(diff(before, stuck()) == "NEW: progress, exit 1");
}

BOOST_AUTO_TEST_CASE(what_can_no_longer_be_judged_is_inconclusive) {
  BOOST_TEST(diff(passing(), doubtful()) == "INCONCLUSIVE: could not be judged, exit 2");
  BOOST_TEST(diff(doubtful(), doubtful()) == "known: could not be judged, exit 0");
}

BOOST_AUTO_TEST_CASE(a_failure_that_is_gone_from_the_run_is_not_fixed) {
  RunRecord now = passing();
  now.plan.cases.erase(now.plan.cases.begin());
  now.results.erase(now.results.begin());
  BOOST_TEST(diff(stuck(), now) == "gone: , exit 0");
}

BOOST_AUTO_TEST_CASE(nothing_to_compare_is_never_green) {
  RunRecord empty = passing();
  empty.plan.cases.clear();
  empty.results.clear();
  BOOST_TEST(diff(passing(), empty) == "exit 2");
  BOOST_TEST(diff(empty, passing()) == "exit 2");
  RunRecord cut_short = passing();
  cut_short.complete = false;
  BOOST_TEST(diff(passing(), cut_short) == "exit 2");
}

BOOST_AUTO_TEST_CASE(a_mutant_that_is_missed_is_a_new_failure) {
  RunRecord now = passing();
  now.results[1] = sample_result(now.plan.cases[1], Verdict::pass, {}, true);
  BOOST_TEST(diff(passing(), now) == "NEW: no case showed fail: progress, exit 1");
  BOOST_TEST(diff(now, now) == "known: no case showed fail: progress, exit 0");
}

BOOST_AUTO_TEST_CASE(a_flaky_case_keeps_its_earlier_failure) {
  const RunRecord flaky = repeated(stuck(), passing());
  BOOST_TEST(diff(flaky, passing()) == "flaky: , exit 0");
  BOOST_TEST(diff(flaky, stuck()) == "known: progress, exit 0");
  BOOST_TEST(diff(passing(), flaky) == "NEW: progress, exit 1");
  BOOST_TEST(diff(flaky, torn()) == "CHANGED: no_lost_update, exit 1");
}

BOOST_AUTO_TEST_CASE(a_case_that_was_flaky_over_merged_runs_is_flaky) {
  RunRecord merged = stuck();
  merged.info.flaky = {merged.plan.cases[0].id};
  BOOST_TEST(diff(merged, passing()) == "flaky: , exit 0");
}

// The record as an exploration of this target, which met these points.
RunRecord explored(RunRecord record, const std::string& target, const std::vector<std::string>& points) {
  nlohmann::json names = nlohmann::json::array();
  const std::string scenario = record.plan.cases.front().scenario;
  for (const std::string& point : points) names.push_back(scenario + "/" + target + "/" + point);
  record.plan.exploration = {{"points", {{"names", names}}}};
  for (Case& one : record.plan.cases) {
    const std::string id = one.id;
    one.id.replace(one.scenario.size() + 1, one.target.size(), target);
    one.target = target;
    for (CaseResult& result : record.results) {
      if (result.id == id) result.id = one.id;
    }
  }
  return record;
}

BOOST_AUTO_TEST_CASE(explorations_of_two_targets_are_compared_by_all_but_the_target) {
  const RunRecord natively = explored(passing(), "native", {"v/reader@probe:a", "v/reader@probe:b"});
  const RunRecord sanitized = explored(stuck(), "asan", {"v/reader@probe:b", "v/reader@probe:c"});
  const RunDiff found = diff_runs(natively, sanitized);
  const std::string scenario = natively.plan.cases.front().scenario;
  BOOST_TEST(found.points_only_before == (std::vector<std::string>{scenario + "/v/reader@probe:a"}));
  BOOST_TEST(found.points_only_now == (std::vector<std::string>{scenario + "/v/reader@probe:c"}));
  BOOST_TEST(found.in_both > 0);
  BOOST_TEST(diff(natively, sanitized) == "NEW: progress, exit 1");
}

BOOST_AUTO_TEST_CASE(runs_that_are_no_explorations_are_of_their_targets) {
  RunRecord other = explored(passing(), "asan", {});
  other.plan.exploration = nullptr;
  BOOST_TEST(diff_runs(passing(), other).in_both == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
