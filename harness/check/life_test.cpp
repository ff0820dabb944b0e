#include "check/life.h"

#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(life)

namespace {

using namespace literals;

BOOST_AUTO_TEST_CASE(a_kill_ends_its_victim_and_nobody_else) {
  const History history = numbered({spawned("owner"), spawned("waiter"), killed("owner")});
  BOOST_TEST(was_ended_by_fault(history, "owner"));
  BOOST_TEST(!was_ended_by_fault(history, "waiter"));
}

BOOST_AUTO_TEST_CASE(the_kill_of_a_child_leaves_its_parent) {
  const History history = numbered({spawned("owner"), in_process(7, killed("owner"))});
  BOOST_TEST(!was_ended_by_fault(history, "owner"));
}

BOOST_AUTO_TEST_CASE(a_signal_ends_who_dies_of_it) {
  const Event sent = sent_signal("owner", 15);
  BOOST_TEST(was_ended_by_fault(numbered({spawned("owner"), sent, ended_by("owner", 15)}), "owner"));
  BOOST_TEST(!was_ended_by_fault(numbered({spawned("owner"), sent, ended_by("owner", 11)}), "owner"));
  BOOST_TEST(!was_ended_by_fault(numbered({spawned("owner"), sent, exited("owner")}), "owner"));
}

BOOST_AUTO_TEST_CASE(what_counts_is_the_signal_and_not_the_name_of_the_action) {
  const Event sent = sent_signal("owner", 15, "terminate");
  BOOST_TEST(was_ended_by_fault(numbered({spawned("owner"), sent, ended_by("owner", 15)}), "owner"));
}

BOOST_AUTO_TEST_CASE(the_failure_point_of_a_way_to_end_ends_its_victim_and_no_other_does) {
  const Event abort = fault("owner", "fail", 0, "probe:end.abort");
  const Event disk = fault("owner", "fail", 0, "probe:disk.full");
  BOOST_TEST(was_ended_by_fault(numbered({spawned("owner"), abort, ended_by("owner", 6)}), "owner"));
  BOOST_TEST(!was_ended_by_fault(numbered({spawned("owner"), disk, ended_by("owner", 6)}), "owner"));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_child_is_not_the_end_of_the_role) {
  const History history = numbered({spawned("owner"), in_process(7, exited("owner")), exited("owner", 3)});
  BOOST_TEST(end_of(history, "owner")->data.at("code") == 3);
}

BOOST_AUTO_TEST_CASE(a_kill_after_the_deadlock_is_the_clean_up) {
  const History history = numbered({ended_by("a", 9), deadlock(), ended_by("b", 9), exited("c")});
  BOOST_TEST(clean_up_begins(history) == 1);
  BOOST_TEST(!is_clean_up(history, history[0]));
  BOOST_TEST(is_clean_up(history, history[2]));
  BOOST_TEST(!is_clean_up(history, history[3]));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
