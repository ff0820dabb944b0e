#include "report/comparison.h"

#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"
#include "report/terminal.h"

namespace harness {
namespace {

// The quiet run, and the same cases on arm64, where one verdict is another.
RunRecord two_targets() {
  RunRecord record = quiet_record();
  const std::vector<Case> cases = record.plan.cases;
  const std::vector<CaseResult> results = record.results;
  for (size_t i = 0; i < cases.size(); ++i) {
    Case there = cases[i];
    there.target = "arm64";
    there.id.replace(there.id.find("/native/"), 8, "/arm64/");
    CaseResult result = results[i];
    result.id = there.id;
    if (there.variant == "robust") {
      result.verdict = Verdict::fail;
      result.findings = {kDeadlockFinding};
      result.as_expected = false;
    }
    record.plan.cases.push_back(there);
    record.results.push_back(result);
  }
  record.info.targets.push_back({.id = "arm64", .facts = {{"cpu", "neoverse-n1"}, {"time_factor", 8.5}}});
  return record;
}

std::string rendered(const RunRecord& record, const char* format) {
  return ReportFormats::instance().find(format)->render(record);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(comparison)

BOOST_AUTO_TEST_CASE(one_target_is_compared_with_nothing) {
  const RunRecord record = quiet_record();
  BOOST_TEST(comparisons(scenario_runs(record)).empty());
}

BOOST_AUTO_TEST_CASE(the_same_case_stands_beside_itself) {
  const RunRecord record = two_targets();
  const std::vector<Comparison> all = comparisons(scenario_runs(record));
  BOOST_REQUIRE(all.size() == 1);
  BOOST_TEST(all[0].cases.size() == 3);
  BOOST_TEST(all[0].agreeing() == 2);
  BOOST_TEST(all[0].cases[0].variant == "robust");
  BOOST_TEST(all[0].cases[0].faults == "owner@probe:lock.held~settled=kill");
  BOOST_CHECK(!all[0].cases[0].agrees());
  BOOST_TEST(agreement_words(all[0]) == "2 of 3 cases agree");
}

BOOST_AUTO_TEST_CASE(a_case_that_was_not_run_everywhere_is_not_called_agreeing) {
  RunRecord record = two_targets();
  record.results.pop_back();
  const std::vector<Comparison> all = comparisons(scenario_runs(record));
  BOOST_TEST(agreement_words(all.at(0)) == "1 of 2 cases agree · 1 not compared");
}

BOOST_AUTO_TEST_CASE(every_report_says_where_targets_differ) {
  const RunRecord record = two_targets();
  const auto json = nlohmann::json::parse(rendered(record, "json"));
  BOOST_TEST(json["comparisons"][0]["agree"] == 2);
  BOOST_TEST(json["comparisons"][0]["cases"][0]["verdicts"]["arm64"] == "fail");
  BOOST_TEST(json["scenarios"][1]["target_facts"]["cpu"] == "neoverse-n1");
  const std::string page = rendered(record, "markdown");
  BOOST_TEST(page.find("2 of 3 cases agree") != std::string::npos);
  BOOST_TEST(page.find("| robust | owner@probe:lock.held~settled=kill | pass | **fail** | differ |") !=
             std::string::npos);
  const std::string screen = terminal_summary(record, outcome_of(record.plan, record.results));
  BOOST_TEST(screen.find("native and arm64: 2 of 3 cases agree") != std::string::npos);
  BOOST_TEST(screen.find("robust/owner@probe:lock.held~settled=kill: native pass, arm64 fail") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
