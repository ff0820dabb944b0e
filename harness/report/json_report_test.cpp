#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"

namespace harness {
namespace {

nlohmann::json report_of(const RunRecord& record) {
  const ReportFormat* format = ReportFormats::instance().find("json");
  BOOST_REQUIRE(format != nullptr);
  return nlohmann::json::parse(format->render(record));
}

// Compares by value and shows both as text when they differ.
void check_equal(const nlohmann::json& found, const nlohmann::json& wanted) {
  BOOST_CHECK_MESSAGE(found == wanted, found.dump(1) + "\n is not \n" + wanted.dump(1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_report)

BOOST_AUTO_TEST_CASE(a_report_stands_alone) {
  nlohmann::json report = report_of(quiet_record());
  const nlohmann::json mutant = report["scenarios"][0]["cases"][1];
  report["scenarios"][0].erase("cases");
  check_equal(report, nlohmann::json::parse(R"({
    "schema": "harness-report/1",
    "harness": {"version": "0.1.0", "commit": "abc1234"},
    "host": {"kernel": "Linux 6.1.0", "arch": "x86_64", "cpus": 2, "emulated": false},
    "seed": 7,
    "verdict": "pass",
    "totals": {"cases": 3, "passed": 1, "failed": 2, "inconclusive": 0, "not_run": 0, "variants": 3,
               "variants_not_as_expected": 0, "mutants": 1, "mutants_caught": 1, "complete": true, "left_out": []},
    "scenarios": [{"name": "crash-in-lock", "mechanism": "shm-mutex", "target": "native", "verdict": "pass",
                   "evidence_limits": ["weak ordering of arm64"],
                   "target_facts": {},
                   "points": {"total": 1, "explored": 1, "fired": 1},
                   "sweeps": []}],
    "comparisons": [],
    "classes": []
  })"));
  check_equal(mutant, nlohmann::json::parse(R"({
    "id": "crash-in-lock/native/not-robust/owner@probe:lock.held~settled=kill",
    "variant": "not-robust",
    "mutant": true,
    "fault": {"victim": "owner", "point": "probe:lock.held", "arrival": 1, "action": "kill", "synthetic": false},
    "verdict": "fail",
    "expected": "fail: progress",
    "as_expected": true,
    "caught_by": "progress",
    "findings": [{"checker": "progress", "verdict": "fail", "whose": "program", "events": [4, 6, 7],
                  "message": "waiter.1 is blocked for ever in futex: its owner is dead"}],
    "duration_ms": 12.5,
    "replay": "harness replay 'crash-in-lock/native/not-robust/owner@probe:lock.held~settled=kill'",
    "residue": [{"kind": "posix-shm", "object": "/dev/shm/cell"}]
  })"));
}

BOOST_AUTO_TEST_CASE(a_case_that_was_not_run_is_in_the_report_as_inconclusive) {
  const nlohmann::json report = report_of(surprising_record());
  BOOST_TEST(report["verdict"] == "fail");
  BOOST_TEST(report["totals"]["not_run"] == 1);
  const nlohmann::json& never = report["scenarios"][0]["cases"][4];
  BOOST_TEST(never["variant"] == "trylock");
  BOOST_TEST(never["verdict"] == "inconclusive");
  BOOST_TEST(never["findings"][0]["message"] == "the run ended before this case");
}

BOOST_AUTO_TEST_CASE(a_run_that_was_cut_short_is_no_pass) {
  RunRecord record = quiet_record();
  record.complete = false;
  BOOST_TEST(report_of(record)["verdict"] == "inconclusive");
}

BOOST_AUTO_TEST_CASE(a_chain_of_faults_and_a_run_without_one_are_told_apart) {
  RunRecord record = quiet_record();
  record.plan.cases[0].faults.push_back({.victim = "waiter",
                                         .at = {.name = "recovering"},
                                         .arrival = 2,
                                         .action = {.name = "signal", .argument = "SIGTERM"}});
  record.plan.cases[1].faults.clear();
  const nlohmann::json cases = report_of(record)["scenarios"][0]["cases"];
  check_equal(cases[0]["fault"]["then"], nlohmann::json::parse(R"json([
    {"victim": "waiter", "point": "probe:recovering", "arrival": 2, "action": "signal(SIGTERM)", "synthetic": false}])json"));
  check_equal(cases[1]["fault"], nullptr);
}

BOOST_AUTO_TEST_CASE(a_point_counts_as_fired_only_where_its_own_fault_struck) {
  RunRecord record = surprising_record();
  record.plan.cases = {record.plan.cases[3]};  // the one whose fault did not strike
  BOOST_TEST(report_of(record)["scenarios"][0]["points"] ==
             nlohmann::json::parse(R"({"total": 1, "explored": 1, "fired": 0})"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
