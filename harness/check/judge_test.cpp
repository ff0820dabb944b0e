#include <boost/test/unit_test.hpp>

#include "check/expectation.h"
#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(judge_)

namespace {

using namespace literals;

// Does what its options say, so that a test needs no history for it.
class Obedient : public Checker {
 public:
  std::string_view id() const override { return "obedient"; }
  std::string_view summary() const override { return "says what its options say"; }

  std::vector<Finding> check(const Case&, const History&, const nlohmann::json& options) const override {
    if (options.contains("throw")) throw std::runtime_error(options.at("throw").get<std::string>());
    std::vector<Finding> findings;
    for (const auto& name : options.value("say", std::vector<std::string>{})) {
      findings.push_back({.checker = "somebody else", .verdict = *verdict_from(name), .message = "as told"});
    }
    for (int i = 0; i < options.value("failures", 0); ++i) {
      findings.push_back({.verdict = Verdict::fail, .message = "failure " + std::to_string(i + 1)});
    }
    if (options.contains("nothing")) {
      findings.push_back({.verdict = Verdict::inconclusive, .is_beside_the_point = true});
    }
    if (options.contains("defect")) {
      findings.push_back(
          {.verdict = Verdict::fail, .whose = Whose::platform, .defect = options.at("defect")});
    }
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<Obedient>()};

const nlohmann::json kSilent = nlohmann::json::object();
const History kQuiet = numbered({spawned("owner"), exited("owner")});

// One case of one role without a fault, judged by one checker.
Case asking(const nlohmann::json& options, const std::string& checker = "obedient") {
  Case plan = case_of({"owner"});
  plan.checkers = {{.name = checker, .options = options}};
  return plan;
}

Case expecting(const Expectation& expected, const nlohmann::json& options) {
  Case plan = asking(options);
  plan.expected = expected;
  return plan;
}

const Expectation kPass;
const Expectation kFail{.outcome = Expectation::Outcome::fail, .checker = "obedient"};
const Expectation kOtherFail{.outcome = Expectation::Outcome::fail, .checker = "progress"};
const Expectation kDefect{.outcome = Expectation::Outcome::platform, .defect = "MX-22"};

bool in_order(const Expectation& expected, const nlohmann::json& options) {
  return judge(expecting(expected, options), kQuiet).as_expected;
}

BOOST_AUTO_TEST_CASE(a_silent_checker_is_a_pass) {
  const CaseResult result = judge(asking(kSilent), kQuiet);
  BOOST_TEST(result.id == "s/native/v/f");
  BOOST_TEST((result.verdict == Verdict::pass));
  BOOST_TEST(result.findings.empty());
  BOOST_TEST(result.as_expected);
  BOOST_TEST(result.duration_ns == 1000);
}

BOOST_AUTO_TEST_CASE(the_verdict_is_the_worst_finding_and_passes_are_left_out) {
  const CaseResult result = judge(asking({{"say", {"pass", "fail", "inconclusive"}}}), kQuiet);
  BOOST_TEST((result.verdict == Verdict::fail));
  BOOST_TEST(told(result.findings) == "fail: as told\ninconclusive: as told");
  BOOST_TEST(result.findings.at(0).checker == "obedient");
}

BOOST_AUTO_TEST_CASE(a_checker_that_throws_is_inconclusive) {
  const CaseResult result = judge(asking({{"throw", "no such key"}}), kQuiet);
  BOOST_TEST((result.verdict == Verdict::inconclusive));
  BOOST_TEST(told(result.findings) == "inconclusive: the checker broke off: no such key");
  BOOST_TEST(!result.as_expected);
}

BOOST_AUTO_TEST_CASE(events_that_make_no_sense_to_a_checker_are_inconclusive) {
  const Event broken = event(EventKind::ok, "owner", "lock", {{"values", {"zero", "one"}}});
  BOOST_TEST(
      (judge(asking(kSilent, "mutual_exclusion"), numbered({broken})).verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(an_unknown_checker_is_inconclusive) {
  const CaseResult result = judge(asking(kSilent, "progres"), kQuiet);
  BOOST_TEST(told(result.findings) == "inconclusive: this build has no checker of that name");
  BOOST_TEST(result.findings.at(0).checker == "progres");
}

BOOST_AUTO_TEST_CASE(options_name_roles_that_the_scenario_has) {
  const std::vector<Role> roles = {{.name = "server"}, {.name = "client", .count = 2}};
  const auto complaint = [&](const char* checker, const nlohmann::json& options) {
    const Status status = check_use({.name = checker, .options = options}, roles);
    return status ? "" : status.error().message;
  };
  BOOST_TEST(complaint("exit_status", {{"server", 0}, {"client", 0}}) == "");
  BOOST_TEST(complaint("exit_status", {{"client.2", 0}}) == "");
  BOOST_TEST(complaint("exit_status", {{"client.3", 0}}) ==
             "exit_status: role \"client.3\" not found; did you mean client.1?");
  BOOST_TEST(complaint("progress", {{"may_crash", {"sever"}}}) ==
             "progress: role \"sever\" not found; did you mean server?");
  BOOST_TEST(complaint("progress", {{"known_at", {{"serve", "a.probe"}}}}).starts_with("progress: role"));
  BOOST_TEST(complaint("message_delivery", {{"queue_dies_with", "cilent"}}) != "");
  BOOST_TEST(complaint("sigpipe_handling", {{"may_die", {"srever"}}}) != "");
  BOOST_TEST(complaint("sigpipe_handling", {{"may_die", {1}}}) != "", "a number is no role");
  BOOST_TEST(complaint("fd_ledger", {{"closed_at_end", {"anybody"}}}) != "");
  BOOST_TEST(complaint("output", {{"anybody", {{"stdout", ""}}}}) != "");
}

BOOST_AUTO_TEST_CASE(a_case_without_checkers_is_inconclusive) {
  Case plan = asking(kSilent);
  plan.checkers.clear();
  BOOST_TEST(told(judge(plan, kQuiet).findings) ==
             "inconclusive: the case names no checker, so nothing was judged");
}

BOOST_AUTO_TEST_CASE(a_case_whose_checkers_are_for_cases_of_another_kind_is_inconclusive) {
  for (const char* of_another_kind : {"model_clean", "states_recover"})
    BOOST_TEST(told(judge(asking(kSilent, of_another_kind), kQuiet).findings) ==
               "inconclusive: the case names no checker that judges processes, so nothing was judged");
}

BOOST_AUTO_TEST_CASE(an_empty_history_is_inconclusive) {
  BOOST_TEST((judge(asking(kSilent, "no_residue"), {}).verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(a_fault_that_did_not_strike_is_told_once) {
  Case plan = asking(kSilent);
  plan.faults = {planned("owner", "kill"), planned("owner", "stop")};
  plan.checkers.push_back({.name = "fault_fired"});
  const CaseResult result =
      judge(plan, numbered({spawned("owner"), fault("owner", "stop", 1), exited("owner")}));
  BOOST_TEST((result.verdict == Verdict::inconclusive));
  BOOST_REQUIRE(result.findings.size() == 1u);
  BOOST_TEST(result.findings.at(0).checker == "fault_fired");
  BOOST_TEST(result.faults_planned == 2);
  BOOST_TEST(result.faults_fired == 1);
}

BOOST_AUTO_TEST_CASE(a_fault_that_strikes_twice_or_was_not_planned_counts_no_more) {
  Case plan = asking(kSilent);
  plan.faults = {planned("owner", "stop")};
  const Event struck = fault("owner", "stop", 0);
  BOOST_TEST(judge(plan, numbered({struck, struck, fault("owner", "stop", 5)})).faults_fired == 1);
}

BOOST_AUTO_TEST_CASE(ten_findings_of_one_checker_are_enough) {
  const auto findings = judge(asking({{"say", {"inconclusive"}}, {"failures", 12}}), kQuiet).findings;
  BOOST_TEST(findings.size() == 10u);
  BOOST_TEST(findings.front().message == "failure 1");
  BOOST_TEST(findings.back().message == "failure 10 (and 3 findings more)");
}

BOOST_AUTO_TEST_CASE(checkers_take_no_options_unless_they_say_so) {
  const Checker& plain = *Checkers::instance().find("no_residue");
  BOOST_TEST(plain.accepts(nlohmann::json::object()).ok());
  BOOST_TEST(plain.accepts(nullptr).ok());
  const Status refused = plain.accepts({{"owner", 0}});
  BOOST_REQUIRE(!refused.ok());
  BOOST_TEST(refused.error().message == R"(checker no_residue takes no options, but was given {"owner":0})");
  BOOST_TEST((refused.error().blame == Blame::usage));
}

BOOST_AUTO_TEST_CASE(where_a_pass_is_expected_only_a_pass_will_do) {
  BOOST_TEST(in_order(kPass, kSilent));
  BOOST_TEST(!in_order(kPass, {{"say", {"fail"}}}));
  BOOST_TEST(!in_order(kPass, {{"defect", "MX-22"}}));
  BOOST_TEST(!in_order(kPass, {{"say", {"inconclusive"}}}));
}

BOOST_AUTO_TEST_CASE(where_a_failure_is_expected_it_must_be_by_that_checker_or_none) {
  BOOST_TEST(in_order(kFail, kSilent));
  BOOST_TEST(in_order(kFail, {{"say", {"fail", "inconclusive"}}}));
  BOOST_TEST(!in_order(kOtherFail, {{"say", {"fail"}}}));
  BOOST_TEST(!in_order(kFail, {{"say", {"inconclusive"}}}));
  BOOST_TEST(!in_order(kFail, {{"defect", "MX-22"}}));
}

BOOST_AUTO_TEST_CASE(where_a_defect_is_expected_nothing_else_may_fail) {
  BOOST_TEST(in_order(kDefect, kSilent));
  BOOST_TEST(in_order(kDefect, {{"defect", "MX-22"}}));
  BOOST_TEST(!in_order(kDefect, {{"defect", "MX-23"}}));
  BOOST_TEST(!in_order(kDefect, {{"defect", "MX-22"}, {"say", {"fail"}}}));
  BOOST_TEST(!in_order(kDefect, {{"say", {"inconclusive"}}}));
}

BOOST_AUTO_TEST_CASE(names_the_checker_that_caught_a_mutant) {
  const auto caught_by = [](const Expectation& expected, const nlohmann::json& options) {
    return judge(expecting(expected, options), kQuiet).caught_by;
  };
  BOOST_TEST(caught_by(kFail, {{"say", {"fail"}}}) == "obedient");
  BOOST_TEST(caught_by(kOtherFail, {{"say", {"fail"}}}) == "obedient");
  BOOST_TEST(caught_by(kFail, kSilent) == "");
  BOOST_TEST(caught_by(kFail, {{"defect", "MX-22"}}) == "");
  BOOST_TEST(caught_by(kPass, {{"say", {"fail"}}}) == "");
}

// Judged by one checker that does as it is told and one that is content, as part of an exploration.
Case exploring(const nlohmann::json& options) {
  Case plan = asking(options);
  plan.checkers.push_back({.name = "progress"});
  plan.explored = {"owner"};
  return plan;
}

BOOST_AUTO_TEST_CASE(in_an_exploration_a_checker_with_nothing_to_judge_leaves_it_to_one_that_has) {
  Case plan = exploring({{"nothing", true}});
  BOOST_TEST((judge(plan, kQuiet).verdict == Verdict::pass));
  plan.explored.clear();
  BOOST_TEST((judge(plan, kQuiet).verdict == Verdict::inconclusive));
  plan.explored = {"owner"};
  plan.checkers.pop_back();
  BOOST_TEST((judge(plan, kQuiet).verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(in_an_exploration_too_what_could_not_be_judged_is_inconclusive) {
  BOOST_TEST((judge(exploring({{"say", {"inconclusive"}}}), kQuiet).verdict == Verdict::inconclusive));
  BOOST_TEST((judge(exploring({{"throw", "no such key"}}), kQuiet).verdict == Verdict::inconclusive));
  const History no_start = numbered({});
  BOOST_TEST((judge(exploring({{"nothing", true}}), no_start).verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(in_an_exploration_too_a_role_that_was_never_started_is_inconclusive) {
  Case plan = exploring({{"nothing", true}});
  plan.checkers.push_back({.name = "no_residue"});
  plan.roles.push_back({.name = "waiter"});
  BOOST_TEST((judge(plan, kQuiet).verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(in_an_exploration_too_a_fault_that_did_not_strike_or_a_lost_record_is_inconclusive) {
  Case plan = exploring({{"nothing", true}});
  const History lossy = numbered({spawned("owner"), exited("owner"), event(EventKind::lost, "", "residue")});
  plan.checkers.push_back({.name = "no_residue"});
  BOOST_TEST((judge(plan, lossy).verdict == Verdict::inconclusive));
  plan.faults.push_back({.victim = "owner", .at = {.name = "lock.held"}, .action = {"kill", ""}});
  BOOST_TEST((judge(plan, kQuiet).verdict == Verdict::inconclusive));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
