#include "run/quiescence.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

ThreadState blocked_in(long call, std::array<uint64_t, 6> args) {
  return {.pid = 2, .tid = 2, .state = 'S', .switches = 1, .syscall = call, .args = args};
}

BOOST_AUTO_TEST_SUITE(quiescence)

BOOST_AUTO_TEST_CASE(a_futex_wait_is_timed_by_its_pointer) {
  BOOST_TEST(!is_timed(blocked_in(SYS_futex, {0x1000, FUTEX_WAIT, 2, 0, 0, 0})));
  BOOST_TEST(is_timed(blocked_in(SYS_futex, {0x1000, FUTEX_WAIT, 2, 0x2000, 0, 0})));
  BOOST_TEST(!is_timed(blocked_in(SYS_futex, {0x1000, FUTEX_LOCK_PI, 0, 0, 0, 0})));
}

BOOST_AUTO_TEST_CASE(an_epoll_wait_is_timed_by_its_milliseconds) {
  BOOST_TEST(!is_timed(blocked_in(SYS_epoll_pwait, {3, 0x1000, 1, static_cast<uint64_t>(-1), 0, 0})));
  BOOST_TEST(is_timed(blocked_in(SYS_epoll_pwait, {3, 0x1000, 1, 100, 0, 0})));
}

BOOST_AUTO_TEST_CASE(a_read_waits_for_ever) {
  BOOST_TEST(!is_timed(blocked_in(SYS_read, {0, 0, 0, 0, 0, 0})));
}

BOOST_AUTO_TEST_CASE(a_call_that_is_not_known_is_taken_for_timed) {
  BOOST_TEST(is_timed(blocked_in(9999, {0, 0, 0, 0, 0, 0})));
}

BOOST_AUTO_TEST_CASE(a_thread_that_runs_moves) {
  const pid_t self = ::getpid();
  BOOST_TEST((observe_motion({{.tid = self, .pid = self}}) == Motion::moving));
}

BOOST_AUTO_TEST_CASE(nobody_but_a_held_victim_is_still) {
  BOOST_TEST((observe_motion({{.tid = 2, .pid = 2, .held = true}}) == Motion::still));
}

BOOST_AUTO_TEST_CASE(an_alarm_that_is_set_can_wake) {
  BOOST_TEST((observe_motion({{.tid = 2, .pid = 2, .held = true, .is_alarm_set = true}}) == Motion::settled));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
