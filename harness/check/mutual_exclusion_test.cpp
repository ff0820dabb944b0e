#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(mutual_exclusion)

namespace {

using namespace literals;

constexpr int64_t kDead = 130;  // EOWNERDEAD

std::string judged(const History& history) {
  return told(findings_of("mutual_exclusion", case_of({}), history));
}

BOOST_AUTO_TEST_CASE(passes_one_after_the_other) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("owner", "unlock"), ok("waiter", "lock"),
                              ok("owner", "unlock"), invoke("waiter", "unlock"), ok("owner", "lock")})) ==
             "");
}

BOOST_AUTO_TEST_CASE(fails_when_two_roles_hold_one_lock) {
  const History history =
      numbered({ok("owner", "lock", 3), ok("waiter", "lock", 3), invoke("owner", "unlock", 3)});
  const auto findings = findings_of("mutual_exclusion", case_of({}), history);
  BOOST_TEST(told(findings) == "fail: waiter took lock 3 while owner held it, alive");
  BOOST_TEST(findings.at(0).events == (std::vector<int>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(passes_two_locks_at_once) {
  BOOST_TEST(judged(numbered({ok("owner", "lock", 0), ok("waiter", "lock", 1), ok("owner", "lock", 2)})) ==
             "");
}

BOOST_AUTO_TEST_CASE(a_kill_closes_the_interval) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), killed("owner"), ok("waiter", "lock", 0, kDead)})) == "");
}

BOOST_AUTO_TEST_CASE(the_kernel_vouches_for_an_owner_that_is_reaped_later) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ok("waiter", "lock", 0, kDead), exited("owner")})) == "");
}

BOOST_AUTO_TEST_CASE(nobody_vouches_for_a_lock_that_was_taken_without_ownerdead) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ok("waiter", "lock", 0, 0), exited("owner")})) ==
             "fail: waiter took lock 0 while owner held it, alive");
}

BOOST_AUTO_TEST_CASE(fails_when_a_stopped_owner_is_robbed) {
  BOOST_TEST(
      judged(numbered({ok("owner", "lock"), fault("owner", "stop"), ok("waiter", "lock", 0, kDead)})) ==
      "fail: waiter took lock 0 with EOWNERDEAD while owner held it, alive");
}

BOOST_AUTO_TEST_CASE(fails_when_the_robbed_owner_goes_on_and_ends_later) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), fault("owner", "stop"), ok("waiter", "lock", 0, kDead),
                              reached("owner", "updated"), invoke("owner", "unlock"), exited("owner")})) ==
             "fail: waiter took lock 0 with EOWNERDEAD while owner held it, alive");
}

BOOST_AUTO_TEST_CASE(fails_when_the_robbed_owner_is_only_killed_by_the_clean_up) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), fault("owner", "stop"), ok("waiter", "lock", 0, kDead),
                              deadlock(), ended_by("owner", 9)})) ==
             "fail: waiter took lock 0 with EOWNERDEAD while owner held it, alive");
}

BOOST_AUTO_TEST_CASE(fails_when_one_thread_takes_its_lock_again) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), ok("owner", "lock")})) ==
             "fail: owner took lock 0 again while it held it");
}

BOOST_AUTO_TEST_CASE(a_new_program_in_the_same_process_may_take_the_lock) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), exec("owner"), ok("owner", "lock", 0, kDead)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_two_threads_of_a_role_hold_one_lock) {
  BOOST_TEST(judged(numbered({in_thread(1, ok("owner", "lock")), in_thread(2, ok("owner", "lock"))})) ==
             "fail: thread 2 of owner took lock 0 while its thread 1 held it, alive");
}

BOOST_AUTO_TEST_CASE(a_threads_end_closes_its_interval) {
  BOOST_TEST(judged(numbered({in_thread(1, ok("owner", "lock")), in_thread(1, ending("owner", "thread")),
                              in_thread(2, ok("owner", "lock", 0, kDead))})) == "");
}

BOOST_AUTO_TEST_CASE(another_roles_unlock_closes_nothing) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), invoke("waiter", "unlock"), ok("waiter", "lock")})) ==
             "fail: waiter took lock 0 while owner held it, alive");
}

BOOST_AUTO_TEST_CASE(tells_the_first_of_many_overlaps) {
  BOOST_TEST(judged(numbered({ok("a", "lock"), ok("b", "lock"), ok("c", "lock")})) ==
             "fail: b took lock 0 while a held it, alive (the first of 3 overlaps)");
}

BOOST_AUTO_TEST_CASE(what_the_clean_up_brings_about_proves_nothing) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), deadlock(), ok("waiter", "lock", 0, kDead)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_was_locked) {
  const std::string nothing = "inconclusive: no lock operation was recorded, so none could be judged";
  BOOST_TEST(judged({}) == nothing);
  BOOST_TEST(judged(numbered({invoke("owner", "unlock"), failed("owner", "lock", 0, 16)})) == nothing);
}

BOOST_AUTO_TEST_CASE(lost_operations_are_inconclusive_where_it_would_pass) {
  BOOST_TEST(
      judged(numbered({ok("owner", "lock"), lost("operations", "owner")})) ==
      "inconclusive: operations of owner were not recorded, so what was recorded proves nothing: the journal "
      "is full");
}

BOOST_AUTO_TEST_CASE(a_holder_whose_unlock_may_be_lost_is_no_overlap) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), lost("operations", "owner"), ok("waiter", "lock")}))
                 .starts_with("inconclusive: "));
}

BOOST_AUTO_TEST_CASE(lost_operations_of_others_do_not_hide_an_overlap) {
  BOOST_TEST(judged(numbered({ok("owner", "lock"), lost("operations", "reader"), ok("waiter", "lock")}))
                 .starts_with("fail: "));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
