// Two small runs written out as data, for the tests of reports: one quiet, and one with every kind of
// surprise.
#pragma once

#include "record/run_record.h"

namespace harness {

inline const Expectation kExpectPass;
inline const Expectation kExpectProgress{.outcome = Expectation::Outcome::fail, .checker = "progress"};
inline const Expectation kExpectNoLostUpdate{.outcome = Expectation::Outcome::fail,
                                             .checker = "no_lost_update"};

// One case of crash-in-lock on native, in which the owner is killed while it holds the lock.
inline Case sample_case(const std::string& variant, bool mutant, const Expectation& expected) {
  Case one;
  one.id = "crash-in-lock/native/" + variant + "/owner@probe:lock.held~settled=kill";
  one.scenario = "crash-in-lock";
  one.mechanism = "shm-mutex";
  one.target = "native";
  one.variant = variant;
  one.mutant = mutant;
  one.seed = 7;
  one.faults = {{.victim = "owner",
                 .at = {.name = "lock.held"},
                 .hold = {.until = Hold::Until::settled},
                 .action = {.name = "kill"}}};
  one.expected = expected;
  return one;
}

inline CaseResult sample_result(const Case& one, Verdict verdict, std::vector<Finding> findings,
                                bool as_expected) {
  return {.id = one.id,
          .verdict = verdict,
          .findings = std::move(findings),
          .as_expected = as_expected,
          .caught_by = one.mutant && verdict == Verdict::fail ? one.expected.checker : "",
          .duration_ns = 12'500'000,
          .faults_planned = 1,
          .faults_fired = verdict == Verdict::inconclusive ? 0 : 1};
}

inline const History kDeadlockHistory = {
    {.index = 0,
     .time_ns = 100'000,
     .role = "owner",
     .pid = 11,
     .tid = 11,
     .kind = EventKind::spawned,
     .name = "x"},
    {.index = 1,
     .time_ns = 400'000,
     .role = "owner",
     .pid = 11,
     .tid = 11,
     .kind = EventKind::ok,
     .name = "lock",
     .data = {{"values", {0, 0}}}},
    {.index = 2,
     .time_ns = 412'000,
     .role = "owner",
     .pid = 11,
     .tid = 11,
     .kind = EventKind::reached,
     .name = "lock.held",
     .data = {{"nth", 1}}},
    {.index = 3,
     .time_ns = 700'000,
     .role = "waiter.1",
     .pid = 12,
     .tid = 12,
     .kind = EventKind::invoke,
     .name = "lock",
     .data = {{"values", {0}}}},
    {.index = 4,
     .time_ns = 900'000,
     .role = "owner",
     .pid = 11,
     .tid = 11,
     .kind = EventKind::fault,
     .name = "kill",
     .data =
         {{"fault", 0}, {"at", "probe:lock.held"}, {"nth", 1}, {"hold", "settled"}, {"synthetic", false}}},
    {.index = 5,
     .time_ns = 950'000,
     .role = "owner",
     .pid = 11,
     .tid = 11,
     .kind = EventKind::ended,
     .name = "signal",
     .data = {{"signal", 9}, {"signal_name", "SIGKILL"}}},
    {.index = 6, .time_ns = 1'200'000, .kind = EventKind::deadlock},
    {.index = 7,
     .time_ns = 1'200'000,
     .role = "waiter.1",
     .pid = 12,
     .tid = 12,
     .kind = EventKind::blocked,
     .name = "futex",
     .data = {{"wait", "futex"},
              {"explained",
               "waits for the futex at /dev/shm/cell+0, owned by owner (thread 11), which is dead"}}},
    {.index = 8,
     .time_ns = 1'500'000,
     .role = "waiter.1",
     .pid = 12,
     .tid = 12,
     .kind = EventKind::ended,
     .name = "signal",
     .data = {{"signal", 9}, {"signal_name", "SIGKILL"}}},
    {.index = 9,
     .time_ns = 1'600'000,
     .kind = EventKind::residue,
     .name = "posix-shm",
     .data = {{"object", "/dev/shm/cell"}}},
};

inline const Finding kDeadlockFinding = {
    .checker = "progress",
    .verdict = Verdict::fail,
    .message = "waiter.1 is blocked for ever in futex: its owner is dead",
    .events = {4, 6, 7}};

inline RunRecord record_of(Plan plan, std::vector<CaseResult> results,
                           std::map<std::string, History> histories) {
  RunRecord record;
  record.info = {.id = "20240102-030405",
                 .started_at = "2024-01-02T03:04:05Z",
                 .version = "0.1.0",
                 .commit = "abc1234",
                 .host = {.kernel = "Linux 6.1.0", .arch = "x86_64", .cpus = 2, .emulated = false},
                 .command_line = {"harness", "run", "crash-in-lock"},
                 .targets = {{.id = "native",
                              .shows = {"crash recovery", "residue"},
                              .cannot_show = {"weak ordering of arm64"},
                              .lost = {}}}};
  record.plan = std::move(plan);
  record.histories = std::move(histories);
  record.results = std::move(results);
  record.complete = true;
  record.directory = "reports/out/20240102-030405";
  return record;
}

// A correct variant that passes, a mutant that is caught, and a program whose hang is a known limit.
inline RunRecord quiet_record() {
  const Case robust = sample_case("robust", false, kExpectPass);
  const Case mutant = sample_case("not-robust", true, kExpectProgress);
  Expectation limit = kExpectProgress;
  limit.because = "this mutex is not robust";
  const Case boost = sample_case("boost", false, limit);
  return record_of({.seed = 7, .cases = {robust, mutant, boost}, .notes = {}},
                   {sample_result(robust, Verdict::pass, {}, true),
                    sample_result(mutant, Verdict::fail, {kDeadlockFinding}, true),
                    sample_result(boost, Verdict::fail, {kDeadlockFinding}, true)},
                   {{mutant.id, kDeadlockHistory}, {boost.id, kDeadlockHistory}});
}

// A correct variant that hangs, a mutant that nobody catches, a case that could not be judged, one that was
// not run; a note; and a finding that quotes what no report may print as it is.
inline RunRecord surprising_record() {
  const Case robust = sample_case("robust", false, kExpectPass);
  const Case pi = sample_case("lock-pi", false, kExpectPass);
  const Case missed = sample_case("no-repair", true, kExpectNoLostUpdate);
  const Case unfired = sample_case("timed", false, kExpectPass);
  const Case never = sample_case("trylock", false, kExpectPass);
  const Finding not_fired = {.checker = "fault_fired",
                             .verdict = Verdict::inconclusive,
                             .message = "owner never reached lock.held; it wrote \"<&\x1b[31m\x01\xff]]>\""};
  RunRecord record = record_of({.seed = 7,
                                .cases = {robust, pi, missed, unfired, never},
                                .notes = {"variant clocklock: this libc has no pthread_mutex_clocklock"}},
                               {sample_result(robust, Verdict::pass, {}, true),
                                sample_result(pi, Verdict::fail, {kDeadlockFinding}, false),
                                sample_result(missed, Verdict::pass, {}, true),
                                sample_result(unfired, Verdict::inconclusive, {not_fired}, false)},
                               {{pi.id, kDeadlockHistory}});
  record.info.targets[0].lost = {"ptrace: Operation not permitted; no syscall points"};
  record.complete = false;
  return record;
}

}  // namespace harness
