#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(exit_status)

namespace {

using namespace literals;
using nlohmann::json;

const Case kKillOwner = case_of({"owner", "waiter.1", "waiter.2"}, {planned("owner", "kill")});

std::string judged(const Case& plan, const History& history, const json& options = json::object()) {
  return told(findings_of("exit_status", plan, history, options));
}

std::string refused(const json& options) {
  const Status status = Checkers::instance().find("exit_status")->accepts(options);
  return status ? "" : status.error().message;
}

BOOST_AUTO_TEST_CASE(without_options_all_that_no_fault_hit_must_exit_with_0) {
  const Event dead = ended_by("owner", 9);
  BOOST_TEST(judged(kKillOwner, numbered({killed("owner"), dead, exited("waiter.1"), exited("waiter.2")})) ==
             "");
  BOOST_TEST(
      judged(kKillOwner, numbered({killed("owner"), dead, exited("waiter.1"), exited("waiter.2", 3)})) ==
      "fail: waiter.2 ended with exit status 3, and should end with exit status 0");
  BOOST_TEST(
      judged(kKillOwner, numbered({killed("owner"), dead, exited("waiter.1"), ended_by("waiter.2", 13)})) ==
      "fail: waiter.2 ended by SIGPIPE, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(what_a_role_wrote_to_stderr_is_evidence_of_its_failure) {
  const auto wrote = [](const char* role, const char* stream) {
    return Event{.role = role, .kind = EventKind::output, .name = stream, .data = {{"text", "no"}}};
  };
  const History history =
      numbered({exited("owner"), exited("waiter.1", 3), exited("waiter.2"), wrote("waiter.1", "stdout"),
                wrote("waiter.1", "stderr"), wrote("owner", "stderr")});
  const auto findings = findings_of("exit_status", kKillOwner, history, json::object());
  BOOST_TEST_REQUIRE(findings.size() == 1U);
  BOOST_TEST(findings[0].events == (std::vector<int>{1, 4}));
}

BOOST_AUTO_TEST_CASE(a_role_that_was_stopped_for_a_while_is_judged_like_the_others) {
  Event stopped = killed("owner");
  stopped.name = "stop";
  stopped.data["signal_sent"] = 19;
  BOOST_TEST(
      judged(kKillOwner, numbered({stopped, exited("owner", 3), exited("waiter.1"), exited("waiter.2")})) ==
      "fail: owner ended with exit status 3, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(a_role_means_all_its_instances) {
  BOOST_TEST(judged(kKillOwner, numbered({exited("waiter.1", 4), exited("waiter.2", 5)}), {{"waiter", 4}}) ==
             "fail: waiter.2 ended with exit status 5, and should end with exit status 4");
}

BOOST_AUTO_TEST_CASE(a_signal_may_be_wanted) {
  const json by_pipe = {{"waiter.1", "SIGPIPE"}};
  BOOST_TEST(judged(kKillOwner, numbered({ended_by("waiter.1", 13)}), by_pipe) == "");
  BOOST_TEST(judged(kKillOwner, numbered({exited("waiter.1", 13)}), by_pipe) ==
             "fail: waiter.1 ended with exit status 13, and should end by SIGPIPE");
  BOOST_TEST(judged(kKillOwner, numbered({killed("owner"), ended_by("owner", 9)}), {{"owner", "SIGTERM"}}) ==
             "fail: owner ended by SIGKILL, and should end by SIGTERM");
}

BOOST_AUTO_TEST_CASE(a_signal_is_no_exit_status_whatever_code_it_carries) {
  Event ended = ended_by("waiter.1", 13);
  ended.data["code"] = 0;
  BOOST_TEST(judged(kKillOwner, numbered({ended}), {{"waiter.1", 0}}) ==
             "fail: waiter.1 ended by SIGPIPE, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(a_number_is_for_those_that_the_fault_did_not_end) {
  BOOST_TEST(judged(kKillOwner, numbered({killed("owner"), ended_by("owner", 9)}), {{"owner", 0}}) == "");
}

BOOST_AUTO_TEST_CASE(a_signal_that_is_handled_ends_as_the_scenario_says) {
  const Case plan = case_of({"owner"}, {planned("owner", "signal(SIGTERM)")});
  const Event sent = sent_signal("owner", 15);
  BOOST_TEST(judged(plan, numbered({sent, exited("owner", 1)}), {{"owner", 0}}) ==
             "fail: owner ended with exit status 1, and should end with exit status 0");
  BOOST_TEST(judged(plan, numbered({sent, ended_by("owner", 15)}), {{"owner", 0}}) == "");
  BOOST_TEST(judged(plan, numbered({sent, exited("owner", 1)})) == "");
}

BOOST_AUTO_TEST_CASE(a_signal_that_asks_for_no_end_excuses_none) {
  const Case plan = case_of({"owner"}, {planned("owner", "signal(SIGUSR1)")});
  BOOST_TEST(judged(plan, numbered({sent_signal("owner", 10), exited("owner", 3)})) ==
             "fail: owner ended with exit status 3, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(the_death_of_a_child_excuses_no_parent) {
  const Case plan = case_of({"owner"}, {planned("owner", "kill")});
  Event start = spawned("owner");
  Event child = killed("owner");
  Event end = exited("owner", 3);
  start.pid = end.pid = 7;
  child.pid = 8;
  BOOST_TEST(judged(plan, numbered({start, child, end})) ==
             "fail: owner ended with exit status 3, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(the_way_to_end_that_a_fault_asked_for_is_not_judged) {
  const Case plan = case_of({"owner"}, {planned("owner", "fail", "probe:end._exit")});
  BOOST_TEST(judged(plan, numbered({fault("owner", "fail", 0, "probe:end._exit"), exited("owner", 7)})) ==
             "");
}

BOOST_AUTO_TEST_CASE(who_was_killed_by_the_clean_up_has_no_status) {
  BOOST_TEST(judged(case_of({"waiter"}), numbered({deadlock(), ended_by("waiter", 9)})) ==
             "inconclusive: waiter did not end by itself, so it has no exit status to judge");
}

BOOST_AUTO_TEST_CASE(an_unknown_role_is_inconclusive) {
  BOOST_TEST(judged(kKillOwner, numbered({exited("waiter.1")}), {{"broker", 0}}) ==
             "inconclusive: exit_status asks about broker, which this case does not have");
}

constexpr const char* kRace =
    "WARNING: ThreadSanitizer: data race (pid=3)\n"
    "SUMMARY: ThreadSanitizer: data race subjects/ring/ring.h:7 in count\n";

Event reported(const char* role, const std::string& text) {
  return {.role = role, .kind = EventKind::output, .name = "report", .data = {{"text", text}}};
}

// A case for which such a race at that place is known.
Case knows_race_at(const char* place) {
  Case plan = case_of({"waiter"});
  const json known = {{"report", "data race"}, {"at", place}, {"because", "b"}, {"until", "2027-06-30"}};
  plan.checkers = {{.name = "sanitizer_clean", .options = {{"known", json::array({known})}}}};
  return plan;
}

BOOST_AUTO_TEST_CASE(who_ended_by_its_sanitizer_for_a_known_report_is_excused) {
  const Case known = knows_race_at("subjects/ring/");
  for (const int status : {66, 86, 87})
    BOOST_TEST(judged(known, numbered({reported("waiter", kRace), exited("waiter", status)})) == "");
  const std::string fails = "fail: waiter ended with exit status 87, and should end with exit status 0";
  BOOST_TEST(judged(case_of({"waiter"}), numbered({reported("waiter", kRace), exited("waiter", 87)})) ==
             fails);
  BOOST_TEST(judged(knows_race_at("subjects/pipe/"),
                    numbered({reported("waiter", kRace), exited("waiter", 87)})) == fails);
  BOOST_TEST(judged(known, numbered({exited("waiter", 87)})) == fails);
  BOOST_TEST(judged(known, numbered({reported("owner", kRace), exited("waiter", 87)})) == fails);
  BOOST_TEST(judged(known, numbered({reported("waiter", kRace), exited("waiter", 1)})) ==
             "fail: waiter ended with exit status 1, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(a_known_report_beside_an_unknown_one_excuses_nobody) {
  const std::string other = "SUMMARY: ThreadSanitizer: data race subjects/pipe/pipe.h:7 in count\n";
  BOOST_TEST(judged(knows_race_at("subjects/ring/"),
                    numbered({reported("waiter", kRace + other), exited("waiter", 87)})) ==
             "fail: waiter ended with exit status 87, and should end with exit status 0");
}

BOOST_AUTO_TEST_CASE(the_end_of_a_role_whose_sanitizer_broke_off_proves_nothing) {
  const Event broke_off =
      reported("waiter",
               "==8==ThreadSanitizer: starting new threads after multi-threaded fork is not "
               "supported. Dying (set die_after_fork=0 to override)\n");
  BOOST_TEST(
      judged(case_of({"waiter"}), numbered({broke_off, exited("waiter", 1)})) ==
      "inconclusive: waiter ended with exit status 1, and should end with exit status 0; its sanitizer "
      "itself broke off");
  BOOST_TEST(judged(case_of({"waiter"}), numbered({broke_off, exited("waiter")})) == "");
}

BOOST_AUTO_TEST_CASE(accepts_numbers_and_signals_only) {
  BOOST_TEST(refused(json::object()) == "");
  BOOST_TEST(refused({{"a", 0}, {"b", 255}, {"c", "SIGPIPE"}}) == "");
  BOOST_TEST(refused({{"a", 256}}) ==
             "exit_status of a is 256; write a number from 0 to 255 or a signal such as SIGPIPE");
  BOOST_TEST(refused({{"a", -1}}) != "");
  BOOST_TEST(refused({{"a", "SIGPIP"}}) != "");
  BOOST_TEST(refused({{"a", 1.5}}) != "");
  BOOST_TEST(refused({{"a", json::array()}}) != "");
  BOOST_TEST(refused(json::array({1})) == "exit_status takes roles, as in { exit_status: { broker: 0 } }");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
