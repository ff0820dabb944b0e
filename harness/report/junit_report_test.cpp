#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"

namespace harness {
namespace {

std::string junit(const RunRecord& record) {
  const ReportFormat* format = ReportFormats::instance().find("junit");
  BOOST_REQUIRE(format != nullptr);
  return format->render(record);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(junit_report)

BOOST_AUTO_TEST_CASE(a_caught_mutant_and_a_known_limit_are_tests_that_pass) {
  BOOST_TEST(junit(quiet_record()) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="harness" tests="3" failures="0" errors="0" time="0.037500">
  <testsuite name="crash-in-lock [native]" tests="3" failures="0" errors="0" skipped="0" time="0.037500" timestamp="2024-01-02T03:04:05">
    <properties>
      <property name="cannot-show" value="weak ordering of arm64"/>
    </properties>
    <testcase classname="harness.crash-in-lock.native" name="robust owner@probe:lock.held~settled=kill" time="0.012500">
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/robust/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
    <testcase classname="harness.crash-in-lock.native" name="mutant not-robust is caught by progress" time="0.012500">
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/not-robust/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
    <testcase classname="harness.crash-in-lock.native" name="boost fails by progress, a known limit" time="0.012500">
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/boost/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
  </testsuite>
</testsuites>
)");
}

BOOST_AUTO_TEST_CASE(a_missed_mutant_fails_and_what_could_not_be_judged_is_an_error) {
  BOOST_TEST(junit(surprising_record()) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="harness" tests="6" failures="2" errors="2" time="0.050000">
  <testsuite name="crash-in-lock [native]" tests="5" failures="2" errors="2" skipped="0" time="0.050000" timestamp="2024-01-02T03:04:05">
    <properties>
      <property name="cannot-show" value="weak ordering of arm64"/>
      <property name="cannot-show" value="lost on this machine: ptrace: Operation not permitted; no syscall points"/>
    </properties>
    <testcase classname="harness.crash-in-lock.native" name="robust owner@probe:lock.held~settled=kill" time="0.012500">
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/robust/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
    <testcase classname="harness.crash-in-lock.native" name="lock-pi owner@probe:lock.held~settled=kill" time="0.012500">
      <failure type="progress" message="progress: waiter.1 is blocked for ever in futex: its owner is dead">crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill: fail
  progress: waiter.1 is blocked for ever in futex: its owner is dead
        0.400 ms  owner     lock(0) ok
        0.412 ms  owner     reached lock.held
  &gt;     0.900 ms  owner     fault: kill at probe:lock.held, held until settled
        0.950 ms  owner     was killed by SIGKILL
  &gt;     1.200 ms  harness   deadlock: nobody left can wake anybody
  &gt;     1.200 ms  waiter.1  thread 12 is blocked in futex: waits for the futex at /dev/shm/cell+0, owned by owner (thread 11), which is dead
        1.600 ms  harness   left behind: posix-shm /dev/shm/cell
</failure>
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
    <testcase classname="harness.crash-in-lock.native" name="mutant no-repair is caught by no_lost_update" time="0.012500">
      <failure type="missed" message="expected fail: no_lost_update, got pass">no-repair was expected to come to &quot;fail: no_lost_update&quot;, but no case showed it: 1 of 1 passed
</failure>
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/no-repair/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
    <testcase classname="harness.crash-in-lock.native" name="timed owner@probe:lock.held~settled=kill" time="0.012500">
      <error type="inconclusive" message="fault_fired: owner never reached lock.held; it wrote &quot;&lt;&amp;\x1b[31m\x01�]]&gt;&quot;">crash-in-lock/native/timed/owner@probe:lock.held~settled=kill: inconclusive
  fault_fired is inconclusive: owner never reached lock.held; it wrote &quot;&lt;&amp;\x1b[31m\x01�]]&gt;&quot;
  no event was recorded
</error>
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/timed/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
    <testcase classname="harness.crash-in-lock.native" name="trylock owner@probe:lock.held~settled=kill" time="0.000000">
      <error type="inconclusive" message="run: the run ended before this case">crash-in-lock/native/trylock/owner@probe:lock.held~settled=kill: inconclusive
  run is inconclusive: the run ended before this case
  no event was recorded
</error>
      <system-out>record: reports/out/20240102-030405
replay: harness replay 'crash-in-lock/native/trylock/owner@probe:lock.held~settled=kill'
</system-out>
    </testcase>
  </testsuite>
  <testsuite name="left out" tests="1" failures="0" errors="0" skipped="1" time="0.000000" timestamp="2024-01-02T03:04:05">
    <testcase classname="harness.left-out" name="variant clocklock: this libc has no pthread_mutex_clocklock" time="0.000000">
      <skipped message="variant clocklock: this libc has no pthread_mutex_clocklock"/>
    </testcase>
  </testsuite>
</testsuites>
)");
}

BOOST_AUTO_TEST_CASE(a_mutant_that_another_checker_catches_is_a_failure) {
  RunRecord record = quiet_record();
  record.results[1].findings[0].checker = "no_residue";
  record.results[1].as_expected = false;
  const std::string xml = junit(record);
  BOOST_TEST(xml.find("tests=\"3\" failures=\"1\" errors=\"0\"") != std::string::npos);
  BOOST_TEST(
      xml.find(
          "<failure type=\"caught-otherwise\" message=\"expected fail: progress, got fail: no_residue\">") !=
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
