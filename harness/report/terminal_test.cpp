#include "report/terminal.h"

#include <boost/test/unit_test.hpp>

#include "report/sample_record.h"

namespace harness {
namespace {

std::string summary(const RunRecord& record, const TerminalStyle& style = {}) {
  return terminal_summary(record, outcome_of(record.plan, record.results), style);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(a_run_as_expected_is_one_line_and_its_folder) {
  BOOST_TEST(
      summary(quiet_record()) ==
      R"(crash-in-lock  native  1 correct pass · 1 mutant caught · 1 known limit shown · 3 cases · 38 ms
record: reports/out/20240102-030405
)");
}

BOOST_AUTO_TEST_CASE(a_surprise_says_what_was_expected_what_came_and_how_to_see_it_again) {
  BOOST_TEST(
      summary(surprising_record()) ==
      R"(crash-in-lock  native  SURPRISE  1 of 4 correct pass · 0 of 1 mutant caught · 5 cases · 1 not run · 50 ms
native: lost on this machine: ptrace: Operation not permitted; no syscall points
left out: variant clocklock: this libc has no pthread_mutex_clocklock
the run was cut short: 4 of 5 cases have a verdict

SURPRISE  crash-in-lock on native: lock-pi: expected pass, got fail: progress
crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill: fail
  progress: waiter.1 is blocked for ever in futex: its owner is dead
        0.400 ms  owner     lock(0) ok
        0.412 ms  owner     reached lock.held
  >     0.900 ms  owner     fault: kill at probe:lock.held, held until settled
        0.950 ms  owner     was killed by SIGKILL
  >     1.200 ms  harness   deadlock: nobody left can wake anybody
  >     1.200 ms  waiter.1  thread 12 is blocked in futex: waits for the futex at /dev/shm/cell+0,
                           owned by owner (thread 11), which is dead
        1.600 ms  harness   left behind: posix-shm /dev/shm/cell
  record  reports/out/20240102-030405
  replay  harness replay 'crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill'

SURPRISE  crash-in-lock on native: mutant no-repair: expected fail: no_lost_update, got pass
  no-repair was expected to come to "fail: no_lost_update", but no case showed it: 1 of 1 passed
crash-in-lock/native/no-repair/owner@probe:lock.held~settled=kill: pass
  no event was recorded
  record  reports/out/20240102-030405
  replay  harness replay 'crash-in-lock/native/no-repair/owner@probe:lock.held~settled=kill'

INCONCLUSIVE  crash-in-lock on native: timed: expected pass, got inconclusive: fault_fired
crash-in-lock/native/timed/owner@probe:lock.held~settled=kill: inconclusive
  fault_fired is inconclusive: owner never reached lock.held; it wrote "<&\x1b[31m\x01�]]>"
  no event was recorded
  record  reports/out/20240102-030405
  replay  harness replay 'crash-in-lock/native/timed/owner@probe:lock.held~settled=kill'
)");
}

BOOST_AUTO_TEST_CASE(a_mutant_that_was_caught_does_not_colour_the_line) {
  BOOST_TEST(summary(quiet_record(), {.colour = true}).find('\x1b') == std::string::npos);
  BOOST_TEST(summary(surprising_record(), {.colour = true}).find("\x1b[1;31mSURPRISE\x1b[0m") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_run_that_was_interrupted_early_does_not_list_what_never_ran) {
  RunRecord record = quiet_record();
  record.complete = false;
  record.results.clear();
  record.histories.clear();
  BOOST_TEST(
      summary(record) ==
      R"(crash-in-lock  native  INCONCLUSIVE  0 of 1 correct pass · 0 of 1 mutant caught · 0 of 1 known limit shown · 3 cases · 3 not run · 0 ms
the run was cut short: 0 of 3 cases have a verdict
record: reports/out/20240102-030405
)");
}

BOOST_AUTO_TEST_CASE(an_empty_plan_says_that_nothing_was_run_and_why) {
  RunRecord record;
  record.complete = true;
  record.plan.notes = {"target arm64: no qemu-system-aarch64 here"};
  BOOST_TEST(summary(record) ==
             "nothing was run: the plan has no case\nleft out: target arm64: no qemu-system-aarch64 here\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
