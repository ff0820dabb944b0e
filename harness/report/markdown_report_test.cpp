#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"

namespace harness {
namespace {

std::string markdown(const RunRecord& record) {
  const ReportFormat* format = ReportFormats::instance().find("markdown");
  BOOST_REQUIRE(format != nullptr);
  return format->render(record);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

BOOST_AUTO_TEST_SUITE(markdown_report)

BOOST_AUTO_TEST_CASE(a_run_without_surprise_is_a_verdict_and_a_table) {
  BOOST_TEST(markdown(quiet_record()) == R"(## Pass: all as expected

3 cases, 1 mutant caught, seed 7; harness 0.1.0 (abc1234) on Linux 6.1.0 x86\_64, 2 CPUs; started 2024-01-02T03:04:05Z.

Record: `reports/out/20240102-030405`

| scenario | target | verdict | counts | points hit | time |
|---|---|---|---|--:|--:|
| crash-in-lock | native | pass | 1 correct pass · 1 mutant caught · 1 known limit shown · 3 cases | 1 of 1 | 38 ms |

### Known limits and platform defects

- crash-in-lock on native: boost: fail: progress — this mutex is not robust

| target | a pass shows | it cannot show | lost on this machine |
|---|---|---|---|
| native | crash recovery; residue | weak ordering of arm64 | — |
)");
}

BOOST_AUTO_TEST_CASE(each_surprise_unfolds_to_its_story_and_its_replay_line) {
  BOOST_TEST(markdown(surprising_record()) == R"(## Fail: 4 variants not as expected

5 cases, 0 of 1 mutant caught, seed 7; harness 0.1.0 (abc1234) on Linux 6.1.0 x86\_64, 2 CPUs; started 2024-01-02T03:04:05Z.

Record: `reports/out/20240102-030405`

| scenario | target | verdict | counts | points hit | time |
|---|---|---|---|--:|--:|
| crash-in-lock | native | fail | 1 of 4 correct pass · 0 of 1 mutant caught · 5 cases · 1 not run | 1 of 1 | 50 ms |

### Not as expected

<details>
<summary>crash-in-lock on native: lock-pi: expected pass, got fail: progress</summary>

lock-pi was expected to come to "pass", but crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill failed by progress.

```text
crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill: fail
  progress: waiter.1 is blocked for ever in futex: its owner is dead
        0.400 ms  owner     lock(0) ok
        0.412 ms  owner     reached lock.held
  >     0.900 ms  owner     fault: kill at probe:lock.held, held until settled
        0.950 ms  owner     was killed by SIGKILL
  >     1.200 ms  harness   deadlock: nobody left can wake anybody
  >     1.200 ms  waiter.1  thread 12 is blocked in futex: waits for the futex at /dev/shm/cell+0, owned by owner (thread 11), which is dead
        1.600 ms  harness   left behind: posix-shm /dev/shm/cell
```

Run it again:

```text
harness replay 'crash-in-lock/native/lock-pi/owner@probe:lock.held~settled=kill'
```

</details>

<details>
<summary>crash-in-lock on native: mutant no-repair: expected fail: no_lost_update, got pass</summary>

no-repair was expected to come to "fail: no\_lost\_update", but no case showed it: 1 of 1 passed.

```text
crash-in-lock/native/no-repair/owner@probe:lock.held~settled=kill: pass
  no event was recorded
```

Run it again:

```text
harness replay 'crash-in-lock/native/no-repair/owner@probe:lock.held~settled=kill'
```

</details>

<details>
<summary>crash-in-lock on native: timed: expected pass, got inconclusive: fault_fired</summary>

1 of 1 cases of timed could not be judged.

```text
crash-in-lock/native/timed/owner@probe:lock.held~settled=kill: inconclusive
  fault_fired is inconclusive: owner never reached lock.held; it wrote "<&\x1b[31m\x01�]]>"
  no event was recorded
```

Run it again:

```text
harness replay 'crash-in-lock/native/timed/owner@probe:lock.held~settled=kill'
```

</details>

| target | a pass shows | it cannot show | lost on this machine |
|---|---|---|---|
| native | crash recovery; residue | weak ordering of arm64 | ptrace: Operation not permitted; no syscall points |

### Left out

- variant clocklock: this libc has no pthread\_mutex\_clocklock
)");
}

BOOST_AUTO_TEST_CASE(a_run_that_tested_nothing_is_never_a_pass) {
  BOOST_TEST(first_line(markdown(RunRecord{})) == "## Nothing was run");
  RunRecord cut_short = quiet_record();
  cut_short.complete = false;
  BOOST_TEST(first_line(markdown(cut_short)) == "## Inconclusive: the run was cut short");
}

BOOST_AUTO_TEST_CASE(what_a_subject_printed_cannot_end_the_code_block) {
  RunRecord record = surprising_record();
  record.results[1].findings[0].message = "```` <script>";
  const std::string text = markdown(record);
  BOOST_TEST(text.find("\n`````text\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
