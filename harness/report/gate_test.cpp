#include "report/gate.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "report/sample_record.h"

namespace harness {
namespace {

const std::vector<Claim> kClaims = {
    {.id = "MX-01", .mechanism = "shm-mutex", .scenarios = {"crash-in-lock"}},
    {.id = "MX-02", .mechanism = "shm-mutex", .scenarios = {"another"}},
};

GatePolicy policy_of(const std::string& text) {
  const auto policy = parse_gate_policy(text, "gate.yaml");
  BOOST_REQUIRE(policy.ok());
  return *policy;
}

GateOutcome gate(const std::string& policy, const RunRecord& record = quiet_record()) {
  return pass_gate(record, policy_of(policy), kClaims, "2027-01-15");
}

// The rules that are not met, "NAME: MESSAGE".
std::vector<std::string> unmet(const GateOutcome& outcome) {
  std::vector<std::string> words;
  for (const GateRule& rule : outcome.rules) {
    if (rule.verdict != Verdict::pass) words.push_back(rule.name + ": " + rule.message);
  }
  return words;
}

void check_broken(const GateOutcome& outcome, const std::string& rule) {
  const std::vector<std::string> words = unmet(outcome);
  BOOST_TEST(words == std::vector<std::string>{rule}, boost::test_tools::per_element());
  BOOST_TEST(outcome.exit_status == 1);
}

// A run in which the correct variant hangs.
RunRecord failing_record() {
  RunRecord record = quiet_record();
  record.results[0] = sample_result(record.plan.cases[0], Verdict::fail, {kDeadlockFinding}, false);
  return record;
}

BOOST_AUTO_TEST_SUITE(gate_rules)

BOOST_AUTO_TEST_CASE(a_run_that_has_what_is_asked_for_passes) {
  const GateOutcome outcome = gate(
      "require: { scenarios: [crash-*], targets: [native] }\n"
      "minimum: { cases: 3, claims: 50%, points: 100%, mutants: 100% }\n");
  BOOST_TEST(unmet(outcome).empty());
  BOOST_TEST(outcome.exit_status == 0);
}

BOOST_AUTO_TEST_CASE(a_run_that_judged_nothing_is_never_green) {
  RunRecord record = quiet_record();
  record.plan.cases.clear();
  record.results.clear();
  check_broken(gate("{}", record), "not vacuous: 0 cases judged");
}

BOOST_AUTO_TEST_CASE(a_surprise_breaks_it) {
  const GateOutcome outcome = gate("{}", failing_record());
  BOOST_REQUIRE(unmet(outcome).size() == 1U);
  BOOST_TEST(unmet(outcome)[0].starts_with("as expected: crash-in-lock on native: robust was expected"));
  BOOST_TEST(outcome.exit_status == 1);
}

BOOST_AUTO_TEST_CASE(a_missed_mutant_breaks_it) {
  RunRecord record = quiet_record();
  record.results[1] = sample_result(record.plan.cases[1], Verdict::pass, {}, true);
  const GateOutcome outcome = gate("{}", record);
  BOOST_REQUIRE(unmet(outcome).size() == 1U);
  BOOST_TEST(unmet(outcome)[0].find("no case showed it") != std::string::npos);
  BOOST_TEST(outcome.exit_status == 1);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_judged_and_a_run_cut_short_are_inconclusive) {
  RunRecord record = quiet_record();
  record.results.pop_back();
  BOOST_TEST(gate("{}", record).exit_status == 2);
  record = quiet_record();
  record.complete = false;
  const GateOutcome outcome = gate("{}", record);
  BOOST_TEST(outcome.exit_status == 2);
  BOOST_TEST(unmet(outcome).front() == "whole: the run was cut short: 3 of 3 cases have a verdict");
}

BOOST_AUTO_TEST_CASE(a_required_target_must_be_there) {
  check_broken(gate("require: { targets: [native, asan] }"),
               "required target: asan: no case was judged there");
}

BOOST_AUTO_TEST_CASE(a_required_scenario_must_be_there_on_each_required_target) {
  check_broken(gate("require: { scenarios: [crash-in-lock, pipe-*] }"),
               "required scenario: pipe-*: no case was judged on any target");
  const GateOutcome outcome = gate("require: { scenarios: [crash-in-lock], targets: [native, asan] }");
  BOOST_TEST(unmet(outcome).back() == "required scenario: crash-in-lock: no case was judged on asan");
}

BOOST_AUTO_TEST_CASE(a_case_without_a_verdict_is_not_there) {
  RunRecord record = quiet_record();
  for (CaseResult& result : record.results) result.verdict = Verdict::inconclusive;
  const std::vector<std::string> words = unmet(gate("require: { targets: [native] }", record));
  BOOST_TEST(std::count(words.begin(), words.end(), "required target: native: no case was judged there") ==
             1);
}

BOOST_AUTO_TEST_CASE(each_floor_can_be_missed) {
  check_broken(gate("minimum: { cases: 4 }"), "minimum cases: 3 cases judged, at least 4 wanted");
  check_broken(gate("minimum: { checks: 1 }"),
               "minimum checks: 0 checks came to a verdict, at least 1 wanted");
  check_broken(gate("minimum: { mutants: 2 }"), "minimum mutants: 1 mutants caught, at least 2 wanted");
  check_broken(gate("minimum: { claims: 51% }"), "minimum claims: 1 of 2 claims shown, at least 51% wanted");
  check_broken(gate("minimum: { points: 2 }"), "minimum points: 1 points struck, at least 2 wanted");
}

BOOST_AUTO_TEST_CASE(a_checker_that_could_not_judge_is_no_check) {
  RunRecord record = quiet_record();
  for (Case& one : record.plan.cases) one.checkers = {{.name = "progress"}, {.name = "no_residue"}};
  BOOST_TEST(gate("minimum: { checks: 6 }", record).exit_status == 0);
  record.results[1].findings.push_back({.checker = "no_residue", .verdict = Verdict::inconclusive});
  check_broken(gate("minimum: { checks: 6 }", record),
               "minimum checks: 5 checks came to a verdict, at least 6 wanted");
}

BOOST_AUTO_TEST_CASE(a_point_that_was_not_struck_does_not_count) {
  RunRecord record = quiet_record();
  record.histories.clear();
  for (CaseResult& result : record.results) result.faults_fired = 0;
  check_broken(gate("minimum: { points: 1% }", record),
               "minimum points: 0 of 1 points struck, at least 1% wanted");
}

BOOST_AUTO_TEST_CASE(what_was_left_out_must_be_allowed_by_name) {
  RunRecord record = quiet_record();
  record.plan.notes = {"dbus on native: skipped: there is no dbus-daemon here"};
  record.info.targets[0].lost = {"ptrace: denied"};
  BOOST_TEST(unmet(gate("{}", record)).size() == 2U);
  check_broken(gate("allow_skips: [{ skip: \"dbus on *: skipped: *\", because: not installed }]", record),
               "left out: native: lost: ptrace: denied: allow_skips does not name it");
  const std::string both =
      "allow_skips: [{ skip: \"dbus on *\", because: a }, { skip: \"native: lost: ptrace*\", because: b }]";
  BOOST_TEST(gate(both, record).exit_status == 0);
  check_broken(gate(both + "\nrequire: { scenarios: [redis] }", record),
               "required scenario: redis: no case was judged on any target");
  BOOST_TEST(gate(both + "\nrequire: { scenarios: [dbus], targets: [native] }", record).exit_status == 0);
}

BOOST_AUTO_TEST_CASE(a_quarantine_lets_a_surprise_off_until_its_day) {
  const std::string entry = "quarantine: [{ cases: \"crash-in-lock/native/robust/*\", until: 2027-01-";
  BOOST_TEST(gate(entry + "15, because: why }]", failing_record()).exit_status == 0);
  const GateOutcome over = gate(entry + "14, because: why }]", failing_record());
  BOOST_TEST(over.exit_status == 1);
  BOOST_TEST(unmet(over).size() == 2U);
  BOOST_TEST(unmet(over)[0].starts_with("quarantine: crash-in-lock/native/robust/* was let off until"));
}

BOOST_AUTO_TEST_CASE(an_expired_quarantine_breaks_the_gate_also_when_all_is_well) {
  const GateOutcome outcome = gate("quarantine: [{ cases: \"*\", until: 2027-01-14, because: why }]");
  BOOST_TEST(outcome.exit_status == 1);
  BOOST_TEST(unmet(outcome).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_quarantine_lets_off_counts_nowhere) {
  const std::string entry =
      "quarantine: [{ cases: \"crash-in-lock/native/robust/*\", until: 2027-02-01, because: why }]\n";
  check_broken(gate(entry + "minimum: { cases: 3 }", failing_record()),
               "minimum cases: 2 cases judged, at least 3 wanted");
}

BOOST_AUTO_TEST_CASE(a_quarantine_of_everything_is_vacuous) {
  RunRecord record = failing_record();
  record.plan.cases.resize(1);
  record.results.resize(1);
  check_broken(gate("quarantine: [{ cases: \"*\", until: 2027-02-01, because: why }]", record),
               "not vacuous: 0 cases judged");
}

BOOST_AUTO_TEST_CASE(a_missed_mutant_is_let_off_as_a_variant) {
  RunRecord record = quiet_record();
  record.results[1] = sample_result(record.plan.cases[1], Verdict::pass, {}, true);
  const std::string variant = "crash-in-lock/native/not-robust";
  BOOST_TEST(
      gate("quarantine: [{ cases: " + variant + ", until: 2027-02-01, because: why }]", record).exit_status ==
      0);
  BOOST_TEST(gate("quarantine: [{ cases: \"" + variant + "/*\", until: 2027-02-01, because: why }]", record)
                 .exit_status == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
