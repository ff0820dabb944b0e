#include "check/holding.h"

#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(holding)

namespace {

using namespace literals;

// The owner's thread, which got the lock at event 0 in each of these stories.
const Holder kOwner = teller(ok("owner", "lock"));

Alive owner_at(const History& history, int moment) { return Deaths(history).alive_at(kOwner, 0, moment); }

BOOST_AUTO_TEST_CASE(a_killed_owner_is_dead_from_its_kill_on) {
  const History history = numbered({ok("owner", "lock"), killed("owner"), ok("waiter", "lock")});
  BOOST_TEST((owner_at(history, 2) == Alive::no));
}

BOOST_AUTO_TEST_CASE(an_owner_that_is_killed_later_was_alive) {
  const History history = numbered({ok("owner", "lock"), ok("waiter", "lock"), killed("owner")});
  BOOST_TEST((owner_at(history, 1) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(an_owner_reaped_later_may_have_been_dead) {
  const History history = numbered({ok("owner", "lock"), ok("waiter", "lock"), exited("owner")});
  BOOST_TEST((owner_at(history, 1) == Alive::perhaps));
}

BOOST_AUTO_TEST_CASE(an_owner_that_tells_more_before_it_is_reaped_was_alive) {
  const History history = numbered(
      {ok("owner", "lock"), ok("waiter", "lock"), reached("owner", "half-updated"), exited("owner")});
  BOOST_TEST((owner_at(history, 1) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(another_thread_may_go_on_telling) {
  const History history = numbered(
      {ok("owner", "lock"), ok("waiter", "lock"), in_thread(7, reached("owner", "joined")), exited("owner")});
  BOOST_TEST((owner_at(history, 1) == Alive::perhaps));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_thread_is_a_death_of_that_thread_alone) {
  const History own = numbered({ok("owner", "lock"), ending("owner", "thread"), ok("waiter", "lock")});
  const History other =
      numbered({ok("owner", "lock"), in_thread(7, ending("owner", "thread")), ok("waiter", "lock")});
  BOOST_TEST((owner_at(own, 2) == Alive::no));
  BOOST_TEST((owner_at(other, 2) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(a_process_may_outlive_its_first_thread) {
  const Holder second{.role = "owner", .pid = pid_of("owner"), .tid = 7};
  const History history =
      numbered({in_thread(7, ok("owner", "lock")), ending("owner", "process"), deadlock()});
  BOOST_TEST((Deaths(history).alive_at(second, 0, 2) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(a_death_before_the_lock_was_taken_does_not_count) {
  const History history = numbered({exec("owner"), ok("owner", "lock"), ok("waiter", "lock")});
  BOOST_TEST((Deaths(history).alive_at(kOwner, 1, 2) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(a_childs_own_end_is_its_death) {
  const Holder child{.role = "owner", .pid = 7, .tid = 7};
  const Event child_ended = in_process(7, event(EventKind::task, "owner", "child-ended"));
  const History history = numbered({in_process(7, ok("owner", "lock")), child_ended, ok("waiter", "lock")});
  BOOST_TEST((Deaths(history).alive_at(child, 0, 2) == Alive::no));
}

BOOST_AUTO_TEST_CASE(a_childs_end_is_no_death_of_its_parent) {
  const History history =
      numbered({ok("owner", "lock"), in_process(7, exited("owner")), ok("waiter", "lock")});
  BOOST_TEST((owner_at(history, 2) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(exec_is_a_death_for_the_kernel) {
  const History history = numbered({ok("owner", "lock"), exec("owner"), ok("waiter", "lock")});
  BOOST_TEST((owner_at(history, 2) == Alive::no));
}

BOOST_AUTO_TEST_CASE(a_stop_is_no_death) {
  const History history = numbered({ok("owner", "lock"), fault("owner", "stop"), ok("waiter", "lock")});
  BOOST_TEST((owner_at(history, 2) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(the_clean_ups_kill_does_not_count) {
  const History history =
      numbered({ok("owner", "lock"), ok("waiter", "lock"), deadlock(), ended_by("owner", 9)});
  BOOST_TEST((owner_at(history, 1) == Alive::yes));
}

BOOST_AUTO_TEST_CASE(an_exit_that_is_reaped_during_the_clean_up_does_count) {
  const History history =
      numbered({ok("owner", "lock"), ok("waiter", "lock"), deadline(100), exited("owner")});
  BOOST_TEST((owner_at(history, 1) == Alive::perhaps));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
