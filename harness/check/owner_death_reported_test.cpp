#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(owner_death_reported)

namespace {

using namespace literals;

constexpr int64_t kDead = 130;  // EOWNERDEAD

std::vector<Finding> findings(const History& history) {
  return findings_of("owner_death_reported", case_of({}), history);
}

std::string judged(const History& history) { return told(findings(history)); }

BOOST_AUTO_TEST_CASE(passes_when_the_next_owner_is_told) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), killed("owner"), ok("waiter", "lock", 0, kDead),
                              invoke("waiter", "unlock"), ok("waiter", "unlock"), ok("waiter", "lock")})) ==
             "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_next_owner_is_not_told) {
  const History history = numbered({ok("owner", "lock"), killed("owner"), ok("waiter", "lock")});
  BOOST_TEST(judged(history) ==
             "fail: owner died while it held lock 0, but waiter, the next to take it, was not told: it got 0 "
             "instead "
             "of EOWNERDEAD");
  BOOST_TEST(findings(history).at(0).events == (std::vector<int>{0, 1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(fails_when_the_death_is_told_twice) {
  BOOST_TEST(
      judged(
          numbered({ok("owner", "lock"), killed("owner"), ok("waiter", "lock", 0, kDead),
                    invoke("waiter", "unlock"), ok("waiter", "unlock"), ok("reader", "lock", 0, kDead)})) ==
      "fail: reader got EOWNERDEAD for lock 0, but waiter had already been told of that death, and had "
      "unlocked");
}

BOOST_AUTO_TEST_CASE(a_recoverer_that_dies_is_a_second_death) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), killed("owner"), ok("waiter.1", "lock", 0, kDead),
                              killed("waiter.1", 1), ok("waiter.2", "lock", 0, kDead)})) == "");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), killed("owner"), ok("waiter.1", "lock", 0, kDead),
                              killed("waiter.1", 1), ok("waiter.2", "lock")}))
                 .starts_with("fail: waiter.1 died while it held lock 0"));
}

BOOST_AUTO_TEST_CASE(fails_when_told_of_an_owner_that_had_unlocked) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), ok("owner", "unlock"),
                              killed("owner"), ok("waiter", "lock", 0, kDead)})) ==
             "fail: waiter got EOWNERDEAD for lock 0, but owner, the last to hold it, had unlocked");
}

BOOST_AUTO_TEST_CASE(fails_when_told_of_an_owner_that_was_only_stopped) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), fault("owner", "stop"), ok("waiter", "lock", 0, kDead),
                              reached("owner", "updated"), exited("owner")})) ==
             "fail: waiter got EOWNERDEAD for lock 0, but owner held it, alive");
}

BOOST_AUTO_TEST_CASE(fails_when_told_before_anybody_had_the_lock) {
  BOOST_TEST(judged(numbered({invoke("owner", "lock"), ok("owner", "lock", 0, kDead)})) ==
             "fail: owner got EOWNERDEAD for lock 0, but nobody had taken it before");
}

BOOST_AUTO_TEST_CASE(an_owner_that_is_reaped_later_must_be_told_of_too) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ok("waiter", "lock", 0, kDead), exited("owner")})) == "");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ok("waiter", "lock"), exited("owner")}))
                 .starts_with("fail: owner died while it held lock 0"));
}

BOOST_AUTO_TEST_CASE(an_overlap_with_a_living_owner_is_not_its_business) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ok("waiter", "lock"), invoke("owner", "unlock"),
                              exited("owner")})) == "");
}

BOOST_AUTO_TEST_CASE(a_death_in_the_middle_of_unlock_allows_either) {
  const Event told = ok("waiter", "lock", 0, kDead);
  const Event not_told = ok("waiter", "lock");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), killed("owner"), told})) == "");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), killed("owner"), not_told})) ==
             "");
}

BOOST_AUTO_TEST_CASE(a_lock_passed_on_before_unlock_has_answered_is_no_death) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), ok("waiter", "lock"),
                              ok("owner", "unlock"), killed("waiter"), ok("owner", "lock", 0, kDead)})) ==
             "");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), ok("waiter", "lock", 0, kDead),
                              ok("owner", "unlock")})) ==
             "fail: waiter got EOWNERDEAD for lock 0, but owner held it, alive");
}

BOOST_AUTO_TEST_CASE(an_unlock_that_failed_keeps_the_lock) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), failed("owner", "unlock", 0, 1),
                              killed("owner"), ok("waiter", "lock")}))
                 .starts_with("fail: owner died while it held lock 0"));
}

BOOST_AUTO_TEST_CASE(a_death_while_asking_for_the_lock_allows_either_once) {
  const Event unlock = invoke("owner", "unlock");
  const Event unlocked = ok("owner", "unlock");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("waiter.1", "lock"), unlock, unlocked,
                              killed("waiter.1"), ok("waiter.2", "lock", 0, kDead)})) == "");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("waiter.1", "lock"), unlock, unlocked,
                              killed("waiter.1"), ok("waiter.2", "lock")})) == "");
  BOOST_TEST(
      judged(numbered({ok("owner", "lock"), invoke("waiter.1", "lock"), unlock, unlocked, killed("waiter.1"),
                       ok("waiter.2", "lock", 0, kDead), invoke("waiter.2", "unlock"),
                       ok("waiter.2", "unlock"), ok("waiter.3", "lock", 0, kDead)}))
          .starts_with("fail: waiter.3 got EOWNERDEAD"));
}

BOOST_AUTO_TEST_CASE(asking_without_dying_excuses_nothing) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("waiter.1", "lock"), invoke("owner", "unlock"),
                              ok("owner", "unlock"), ok("waiter.2", "lock", 0, kDead)}))
                 .starts_with("fail: waiter.2 got EOWNERDEAD"));
}

BOOST_AUTO_TEST_CASE(a_threads_end_is_a_death_although_its_process_lives) {
  BOOST_TEST(judged(numbered({in_thread(1, ok("owner", "lock")), in_thread(1, ending("owner", "thread")),
                              ok("waiter", "lock", 0, kDead), exited("owner")})) == "");
  BOOST_TEST(judged(numbered({in_thread(1, ok("owner", "lock")), in_thread(1, ending("owner", "thread")),
                              ok("waiter", "lock"), exited("owner")}))
                 .starts_with("fail: owner died while it held lock 0"));
}

BOOST_AUTO_TEST_CASE(exec_is_a_death) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), exec("owner"), ok("waiter", "lock", 0, kDead)})) == "");
  BOOST_TEST(
      judged(numbered({ok("owner", "lock"), exec("owner"), ok("waiter", "lock")})).starts_with("fail: "));
}

BOOST_AUTO_TEST_CASE(after_a_strangers_unlock_either_is_allowed) {
  const Event ask = invoke("waiter", "unlock");
  const Event stolen = ok("waiter", "unlock");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ask, stolen, killed("owner"), ok("waiter", "lock")})) ==
             "");
  BOOST_TEST(judged(numbered(
                 {ok("owner", "lock"), ask, stolen, killed("owner"), ok("waiter", "lock", 0, kDead)})) == "");
}

BOOST_AUTO_TEST_CASE(each_lock_is_judged_on_its_own) {
  BOOST_TEST(judged(numbered({ok("owner", "lock", 1), ok("owner", "lock", 2), killed("owner"),
                              ok("waiter", "lock", 1, kDead), ok("waiter", "lock", 2)})) ==
             "fail: owner died while it held lock 2, but waiter, the next to take it, was not told: it got 0 "
             "instead "
             "of EOWNERDEAD");
}

BOOST_AUTO_TEST_CASE(says_nothing_when_nobody_locked_afterwards) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), killed("owner"), invoke("waiter", "lock"), deadlock(),
                              ok("waiter", "lock")})) == "");
  BOOST_TEST(judged(numbered({ok("owner", "lock"), killed("owner"), failed("waiter", "lock", 0, 131)})) ==
             "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_without_any_lock_operation) {
  BOOST_TEST(judged(numbered({spawned("owner"), ok("owner", "update", 0, 1)})) ==
             "inconclusive: no lock operation was recorded, so none could be judged");
}

BOOST_AUTO_TEST_CASE(lost_operations_are_inconclusive) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), lost("operations", "owner"), killed("owner"),
                              ok("waiter", "lock")}))
                 .starts_with("inconclusive: operations of owner were not recorded"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
