#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(progress)

namespace {

using namespace literals;

const Case kKillOwner = case_of({"owner", "waiter"}, {planned("owner", "kill")});
const Case kNoFault = case_of({"owner", "waiter"});

std::string judged(const Case& plan, const History& history) {
  return told(findings_of("progress", plan, history));
}

// A thread that sleeps on the mutex at /dev/shm/x+16.
Event asleep(const std::string& role, int64_t word, const std::string& mutex = "robust") {
  return event(EventKind::blocked, role, "futex",
               {{"wait", "futex"},
                {"timed", false},
                {"explained", "waits for a mutex in /dev/shm/x"},
                {"futex", {{"object", "/dev/shm/x"}, {"offset", 16}, {"word", word}, {"mutex", mutex}}}});
}

Event killed_after_wait(const std::string& role, int64_t offset = 16, const std::string& operation = "wait",
                        int result = 0) {
  Event kill = fault(role, "kill", 0, "syscall:futex/exit");
  kill.data["futex"] = {
      {"object", "/dev/shm/x"}, {"offset", offset}, {"operation", operation}, {"result", result}};
  return kill;
}

BOOST_AUTO_TEST_CASE(passes_when_all_that_no_fault_killed_end_by_themselves) {
  BOOST_TEST(
      judged(kKillOwner, numbered({spawned("owner"), spawned("waiter"), killed("owner"), ended_by("owner", 9),
                                   ok("waiter", "lock", 0, 130), exited("waiter", 3)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_on_a_deadlock_and_names_the_dead_owner) {
  Event blocked = asleep("waiter", 0x400);
  blocked.data["futex"].update({{"owner_tid", 1024}, {"owner_role", "owner"}, {"owner_alive", false}});
  const History history = numbered({spawned("owner"), spawned("waiter"), killed("owner"),
                                    ended_by("owner", 9), deadlock(), blocked, ended_by("waiter", 9)});
  const auto findings = findings_of("progress", kKillOwner, history);
  BOOST_TEST(told(findings) ==
             "fail: deadlock, nobody left can wake anybody: waiter in futex waits for a mutex in /dev/shm/x "
             "(held by "
             "owner, thread 1024, dead)");
  BOOST_TEST(findings.at(0).events == (std::vector<int>{4, 5}), boost::test_tools::per_element());
  BOOST_TEST((findings.at(0).whose == Whose::program));
}

BOOST_AUTO_TEST_CASE(does_not_name_an_owner_twice) {
  Event blocked = asleep("waiter", 0x400);
  blocked.data["explained"] = "waits on a mutex held by owner (thread 1024, dead)";
  blocked.data["futex"].update({{"owner_tid", 1024}, {"owner_role", "owner"}, {"owner_alive", false}});
  BOOST_TEST(judged(case_of({}), numbered({deadlock(), blocked}))
                 .ends_with("waiter in futex waits on a mutex held by owner (thread 1024, dead)"));
}

BOOST_AUTO_TEST_CASE(names_a_process_that_is_of_no_known_role_by_its_number) {
  Event blocked = asleep("", 0x400);
  blocked.pid = 71;
  BOOST_TEST(judged(case_of({}), numbered({deadlock(), blocked}))
                 .starts_with("fail: deadlock, nobody left can wake anybody: process 71 in futex "));
}

BOOST_AUTO_TEST_CASE(fails_at_the_deadline) {
  const Event blocked = event(EventKind::blocked, "waiter", "sched_yield", {{"wait", "running"}});
  BOOST_TEST(judged(kKillOwner, numbered({spawned("owner"), spawned("waiter"), killed("owner"),
                                          deadline(10000), blocked, ended_by("waiter", 9)})) ==
             "fail: not over after 10000 ms: waiter in sched_yield");
}

BOOST_AUTO_TEST_CASE(names_six_of_many_blocked_threads_and_shows_all) {
  const Event blocked = event(EventKind::blocked, "w", "read", {{"wait", "fd"}});
  const History history =
      numbered({deadlock(), blocked, blocked, blocked, blocked, blocked, blocked, blocked, blocked});
  const auto findings = findings_of("progress", case_of({}), history);
  BOOST_TEST(told(findings).ends_with("w in read; and 2 more threads"));
  BOOST_TEST(findings.at(0).events.size() == 9u);
}

BOOST_AUTO_TEST_CASE(fails_on_a_signal_that_no_fault_sent) {
  BOOST_TEST(judged(kKillOwner, numbered({spawned("owner"), spawned("waiter"), killed("owner"),
                                          ended_by("owner", 9), ended_by("waiter", 11)})) ==
             "fail: waiter ended by SIGSEGV, which no fault of this case sent");
}

BOOST_AUTO_TEST_CASE(leaves_who_waits_for_one_that_ended_before_he_was_known_and_for_nobody_else) {
  const nlohmann::json known_at = {{"known_at", {{"owner", "lock.held"}}}};
  const auto judge_with = [&](const History& history) {
    return told(Checkers::instance().find("progress")->check(kKillOwner, history, known_at));
  };
  const History unknown = {spawned("owner"),     spawned("waiter"), killed("owner"),
                           ended_by("owner", 9), deadlock(),        asleep("waiter", 0x400),
                           ended_by("waiter", 9)};
  BOOST_TEST(judge_with(numbered(unknown)) == "");
  BOOST_TEST(judged(kKillOwner, numbered(unknown)) != "");
  History known = unknown;
  known.insert(known.begin() + 2, reached("owner", "lock.held"));
  BOOST_TEST(judge_with(numbered(known)).find("deadlock") != std::string::npos);
  // Nobody ended.
  BOOST_TEST(judge_with(numbered({spawned("owner"), spawned("waiter"), deadlock(), asleep("waiter", 0x400)}))
                 .find("deadlock") != std::string::npos);
  BOOST_TEST(!Checkers::instance().find("progress")->accepts({{"known_at", "owner"}}).ok());
}

BOOST_AUTO_TEST_CASE(looks_away_from_the_signal_of_a_role_that_may_crash_and_from_no_other) {
  const Checker* checker = Checkers::instance().find("progress");
  const History history =
      numbered({spawned("sender"), spawned("receiver"), ended_by("sender", 11), ended_by("receiver", 11)});
  const Case plan{.roles = {{.name = "sender"}, {.name = "receiver"}}};
  const auto findings = checker->check(plan, history, {{"may_crash", {"sender"}}});
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST(findings[0].message == "receiver ended by SIGSEGV, which no fault of this case sent");
  BOOST_TEST(checker->accepts({{"may_crash", {"sender"}}, {"may_fail", {"send"}}}).ok());
  BOOST_TEST(!checker->accepts({{"may_crahs", {"sender"}}}).ok());
}

BOOST_AUTO_TEST_CASE(fails_when_a_survivors_last_attempt_failed) {
  const History history =
      numbered({spawned("owner"), spawned("waiter"), killed("owner"), ended_by("owner", 9),
                ok("waiter", "lock", 7, 0), failed("waiter", "lock", 7, 131), exited("waiter", 1)});
  BOOST_TEST(judged(kKillOwner, history) ==
             "fail: waiter gave up: its last lock of 7 failed with ENOTRECOVERABLE");
}

BOOST_AUTO_TEST_CASE(passes_when_a_survivor_tries_again_until_it_succeeds) {
  BOOST_TEST(judged(kNoFault, numbered({spawned("owner"), spawned("waiter"), failed("waiter", "lock", 0, 110),
                                        ok("waiter", "lock"), info("waiter", "lock"), exited("waiter"),
                                        exited("owner")})) == "");
}

BOOST_AUTO_TEST_CASE(what_fails_during_the_clean_up_is_not_a_role_that_gave_up) {
  BOOST_TEST(judged(kNoFault, numbered({spawned("owner"), spawned("waiter"), deadlock(),
                                        failed("waiter", "lock", 0, 130), ended_by("waiter", 9)})) ==
             "fail: deadlock, nobody left can wake anybody; who was blocked is not recorded");
}

BOOST_AUTO_TEST_CASE(a_victims_failures_are_its_own_affair) {
  BOOST_TEST(judged(kKillOwner, numbered({spawned("owner"), spawned("waiter"), failed("owner", "lock", 0, 16),
                                          killed("owner"), ended_by("owner", 9), exited("waiter")})) == "");
}

BOOST_AUTO_TEST_CASE(an_abort_that_a_fault_asked_for_is_no_surprise) {
  const Case plan = case_of({"owner"}, {planned("owner", "fail", "probe:end.abort")});
  BOOST_TEST(judged(plan, numbered({spawned("owner"), fault("owner", "fail", 0, "probe:end.abort"),
                                    ended_by("owner", 6)})) == "");
}

BOOST_AUTO_TEST_CASE(a_role_that_was_not_started_or_not_reaped_is_inconclusive) {
  BOOST_TEST(judged(kNoFault, numbered({spawned("owner")})) ==
             "inconclusive: how owner ended was not recorded\ninconclusive: waiter was never started");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_without_events_and_with_lost_operations) {
  BOOST_TEST(judged(kNoFault, {}) == "inconclusive: nothing was recorded");
  BOOST_TEST(judged(kNoFault, numbered({spawned("owner"), spawned("waiter"), failed("owner", "lock", 0, 16),
                                        lost("operations", "owner"), exited("owner"), exited("waiter")}))
                 .starts_with("inconclusive: operations of owner were not recorded"));
}

BOOST_AUTO_TEST_SUITE(lost_wakeup)

const Case kKillWoken =
    case_of({"owner", "waiter.1", "waiter.2"}, {planned("waiter.1", "kill", "syscall:futex/exit")});

Finding only_finding(const History& history) {
  const auto findings = findings_of("progress", kKillWoken, history);
  BOOST_REQUIRE(findings.size() == 1u);
  return findings[0];
}

BOOST_AUTO_TEST_CASE(is_the_platforms_when_the_woken_waiter_was_killed_and_nobody_owns_the_mutex) {
  const Finding finding = only_finding(numbered({killed_after_wait("waiter.1"), exited("owner"), deadlock(),
                                                 asleep("waiter.2", 0), ended_by("waiter.2", 9)}));
  BOOST_TEST((finding.whose == Whose::platform));
  BOOST_TEST(finding.defect == "MX-22");
  BOOST_TEST((finding.verdict == Verdict::fail));
  BOOST_TEST(finding.message ==
             "lost wake-up: waiter.2 sleeps on the robust mutex at /dev/shm/x+16 although nobody owns it "
             "(word 0x0); "
             "the wake-up had gone to waiter.1, which was killed at syscall:futex/exit before it took the "
             "lock; glibc "
             "wakes nobody in its place");
  BOOST_TEST(finding.events == (std::vector<int>{0, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_waiters_bit_and_timed_sleepers_change_nothing) {
  Event timed = asleep("waiter.3", 0x400);
  timed.data["timed"] = true;
  const Finding finding = only_finding(numbered(
      {killed_after_wait("waiter.1"), exited("owner"), deadlock(), asleep("waiter.2", 0x80000000), timed}));
  BOOST_TEST(finding.defect == "MX-22");
}

BOOST_AUTO_TEST_CASE(is_the_programs_in_every_other_case) {
  const Event kill = killed_after_wait("waiter.1");
  const Event sleeper = asleep("waiter.2", 0);
  const auto is_programs = [](const History& history) {
    return only_finding(history).whose == Whose::program;
  };
  // The mutex has an owner; it is a PI mutex; it is no robust mutex.
  BOOST_TEST(is_programs(numbered({kill, exited("owner"), deadlock(), asleep("waiter.2", 0x80000400)})));
  BOOST_TEST(is_programs(numbered({kill, exited("owner"), deadlock(), asleep("waiter.2", 0, "robust-pi")})));
  BOOST_TEST(is_programs(numbered({kill, exited("owner"), deadlock(), asleep("waiter.2", 0, "normal")})));
  // The victim waited for another futex; it did not wait at all; it had not been woken; it was killed
  // elsewhere.
  BOOST_TEST(
      is_programs(numbered({killed_after_wait("waiter.1", 64), exited("owner"), deadlock(), sleeper})));
  BOOST_TEST(is_programs(
      numbered({killed_after_wait("waiter.1", 16, "wake"), exited("owner"), deadlock(), sleeper})));
  BOOST_TEST(is_programs(
      numbered({killed_after_wait("waiter.1", 16, "wait", -11), exited("owner"), deadlock(), sleeper})));
  BOOST_TEST(is_programs(numbered({killed("waiter.1"), exited("owner"), deadlock(), sleeper})));
  Event at_entry = kill;
  at_entry.data["at"] = "syscall:futex/enter";
  BOOST_TEST(is_programs(numbered({at_entry, exited("owner"), deadlock(), sleeper})));
  // One sleeper fits, another does not; nobody sleeps; it was no deadlock.
  BOOST_TEST(is_programs(numbered({kill, exited("owner"), deadlock(), sleeper, asleep("owner", 0x400)})));
  BOOST_TEST(is_programs(numbered({kill, exited("owner"), deadlock()})));
  BOOST_TEST(is_programs(numbered({kill, exited("owner"), deadline(10000), sleeper})));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
