"""harness explore: every point that roles met is struck, what never struck is named, and nothing recorded is lost."""

import json
import re
import shlex
import signal

import pytest

from conftest import compile_c, schema, wait_for_end, wait_until

CORRECT = ["explore", "split-lines", "--victim", "server", "--variant", "socketpair/line-dialogue"]
PROBES = ["explore", "crash-in-lock", "--every", "probe", "--arrivals", "1"]


def exploration(run):
    return run.report()["exploration"]


def test_two_explorations_meet_the_same_points_and_strike_at_every_legal_pair(harness):
    first = harness(*CORRECT, "--arrivals", "1", out="first")
    again = harness(*CORRECT, "--arrivals", "1", "--jobs", "2", out="again")
    assert first.status == 0 and again.status == 0, first.stdout + again.stdout
    assert exploration(first)["points"]["names"] == exploration(again)["points"]["names"]
    assert [case["id"] for case in first.cases()] == [case["id"] for case in again.cases()]
    pairs = exploration(first)["pairs"]
    assert pairs["legal"] >= 10
    assert pairs["fired"] == pairs["legal"] - len(exploration(first)["unfired"])
    assert all(pair["excused"] for pair in exploration(first)["unfired"])
    assert f"{pairs['fired']} of {pairs['legal']} legal point × fault pairs struck" in first.stdout


def test_the_recording_without_a_fault_is_a_case_too(harness):
    run = harness(*PROBES, "--variant", "robust")
    assert run.status == 0, run.stdout
    assert run.cases()[0]["id"] == "crash-in-lock/native/robust/no-fault"
    assert {case["fault"]["action"] for case in run.cases()[1:]} == {"kill", "stop"}


@pytest.mark.parametrize("name", ["plan", "verdict", "report"])
def test_its_files_are_valid_against_their_schemas(harness, name):
    run = harness(*PROBES, "--variant", "robust", "--victim", "owner")
    text = json.loads((run.folder / f"{name}.json").read_text())
    assert [error.message[:200] for error in schema(name).iter_errors(text)] == []
    validator = schema("event")
    assert all(validator.is_valid(event) for event in run.history())


def test_a_mutant_is_caught_by_a_fault_that_its_scenario_does_not_have(harness):
    run = harness(*PROBES, "--variant", "not-robust", "--victim", "owner")
    assert run.status == 1
    failed = [case["id"] for case in run.cases() if case["verdict"] == "fail"]
    planned = harness("plan", "crash-in-lock", "--variant", "not-robust").stdout
    found = [identity for identity in failed if f"{identity} " not in planned]
    assert found, failed
    told = shlex.split(re.search(r"replay +harness (replay .*)", run.stdout)[1])
    replayed = harness(*told[:-1], found[0], out="again")
    assert replayed.status == 1 and found[0] in replayed.stdout, replayed.stdout


LATE_READER = """
#include <signal.h>
#include <unistd.h>
static void taken(int signal) { (void)signal; }
int main(void) {
  struct sigaction action = {.sa_handler = taken};
  sigaction(SIGUSR1, &action, 0);
  for (volatile long work = 0; work < 200000000; ++work) {}
  char byte;
  while (read(0, &byte, 1) < 0) {}
}
"""


def one_reads_what_another_writes(harness, reader):
    return harness.scenario(
        "summary: one writes, the other reads\nmechanism: pipe\nlinks: { data: pipe }\nroles:\n"
        f"  reader: {{ command: ['{reader}'], fds: {{ 0: data.read }} }}\n"
        "  writer: { command: [echo, one], fds: { 1: data.write } }\n"
        "faults: [none]\ncheckers: [{ exit_status: { writer: 0 } }]\n")


def test_a_read_that_can_wait_for_the_others_is_met_asleep_however_late_its_role_comes(harness, tmp_path):
    scenario = one_reads_what_another_writes(harness, compile_c(tmp_path, LATE_READER, "-O0"))
    run = harness("explore", scenario, "--victim", "reader", "--arrivals", "1")
    struck = [case["id"] for case in run.cases() if "~blocked=eintr-SIGUSR1" in case["id"]]
    assert len(struck) == 1 and "read" in struck[0], run.stdout


WITHOUT_ITS_FIRST_THREAD = """
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
static pthread_t first;
static void taken(int signal) { (void)signal; }
static void* reads(void* unused) {
  (void)unused;
  pthread_join(first, 0);
  char byte;
  while (read(0, &byte, 1) < 0) {}
  _exit(0);
}
int main(void) {
  struct sigaction action = {.sa_handler = taken};
  if (HANDLED) sigaction(HANDLED, &action, 0);
  first = pthread_self();
  pthread_t other;
  pthread_create(&other, 0, reads, 0);
  pthread_exit(0);
}
"""


@pytest.mark.parametrize("handled, told", [("0", None), ("SIGRTMIN + 1", "SIGRTMIN+1")])
def test_threads_are_struck_also_when_the_first_has_left_them(harness, tmp_path, handled, told):
    """The kernel tells nothing of a process by its first thread then; and where there are threads, the C library has a
    handler for a signal that is its own."""
    program = compile_c(tmp_path, WITHOUT_ITS_FIRST_THREAD, f"-DHANDLED=({handled})", "-pthread")
    scenario = one_reads_what_another_writes(harness, program)
    run = harness("explore", scenario, "--victim", "reader", "--arrivals", "1")
    met = exploration(run)["points"]["names"]
    assert "mine/native/program/reader@syscall:read(link)/enter" in met, met
    interrupted = [case for case in run.cases() if "=eintr-" in case["id"]]
    assert {case["id"].rpartition("=eintr-")[2] for case in interrupted} == ({told} if told else set()), run.stdout
    for case in interrupted:
        again = harness("replay", run.folder, "--case", case["id"], out="again")
        assert again.cases()[0]["verdict"] == case["verdict"] == "pass", again.stdout


COUNTS = """
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>
int main(void) {
  int counter = eventfd(1, 0);
  uint64_t count;
  return read(counter, &count, sizeof count) == sizeof count && count == 1 ? 0 : 3;
}
"""


def test_no_part_is_read_of_what_is_given_whole(harness, tmp_path):
    """read(2) of an eventfd gives eight bytes or EINVAL: no kernel gives one."""
    program = compile_c(tmp_path, COUNTS)
    text = (f"summary: reads a counter\nroles:\n  reader: {{ command: ['{program}'] }}\n"
            "faults: [FAULT]\ncheckers: [{ exit_status: { reader: 0 } }]\n")
    run = harness("explore", harness.scenario(text.replace("FAULT", "none")))
    struck = [case["id"].partition("read-eventfd/enter")[2] for case in run.cases() if "read-eventfd/enter" in case["id"]]
    assert struck == ["=kill"], struck
    asked = "{ victim: reader, at: 'syscall:read(eventfd)/enter', do: short(4) }"
    run = harness("run", harness.scenario(text.replace("FAULT", asked)), out="asked")
    assert run.status == 2 and "gives whole records" in run.stdout, run.stdout


def test_a_victim_alone_needs_the_probes_of_its_region(harness):
    scenario = harness.scenario(
        "summary: one has probes\nmechanism: shm-mutex\nsubject: shm-mutex\nroles:\n"
        "  owner: { args: [owner, --name, '{name}'] }\n  other: { command: ['true'] }\n"
        "faults: [none]\ncheckers: [progress]\nexpect: { robust: pass }\n")
    words = ["explore", scenario, "--every", "instruction", "--region", "lock.held..updated"]
    assert "role other: true has no probes" in harness(*words).stderr
    run = harness(*words, "--victim", "owner", out="owner")
    assert run.status == 0 and len(run.cases()) > 2, run.stdout + run.stderr


ONCE = 'if [ ! -e "$0" ]; then : > "$0"; umask 022; fi'


def test_what_is_demanded_and_not_reached_is_told_by_the_status(harness, tmp_path):
    whole = harness(*CORRECT, "--arrivals", "1", "--demand-coverage", "100", out="whole")
    assert whole.status == 0 and exploration(whole)["percent"] == 100, whole.stdout
    told = exploration(whole)["pairs"]
    assert told["unreachable"] > 0, "an interruption of a write that never waits is legal and cannot strike"
    assert told["fired"] == told["legal"] - told["unreachable"]
    # A call that is made when all are recorded, and never again.
    scenario = harness.scenario(
        "summary: one call only the first time\nmechanism: pipe\nroles:\n"
        f"  a: {{ command: [bash, -c, '{ONCE}', '{tmp_path}/made'] }}\nfaults: [none]\ncheckers: [progress]\n")
    less = harness("explore", scenario, "--arrivals", "1", "--demand-coverage", "100", out="less")
    assert less.status == 1 and exploration(less)["percent"] < 100, less.stdout
    assert any("umask" in pair["pair"] for pair in exploration(less)["unfired"])


@pytest.mark.parametrize("words, mend", [
    (["split-lnes"], "did you mean split-lines?"),
    (["crash-in-lock", "--every", "instructions"], "syscall"),
    (["crash-in-lock", "--victim", "ownr"], "did you mean owner?"),
    (["crash-in-lock", "--variant", "robst"], "did you mean robust?"),
    (["--resume", "none"], "not a run folder"),
    (["crash-in-lock", "--resume", "none"], "name none"),
])
def test_a_wrong_word_is_refused_with_the_mend(harness, words, mend):
    refused = harness("explore", *words)
    assert refused.status == 64 and mend in refused.stderr, refused.stderr
    assert not refused.folder.exists()


def test_what_must_hold_under_any_fault_is_read_with_its_place(harness):
    path = harness.scenario("""
summary: a test
mechanism: pipe
roles: { a: { command: ["true"] } }
checkers: [progress]
explore: { checkers: [progres] }
""")
    refused = harness("explore", path)
    assert refused.status == 64
    assert f"{path}:6:23: checker \"progres\" not found; did you mean progress?" in refused.stderr


def test_an_interrupted_exploration_is_whole_and_goes_on_in_another_folder(harness):
    process = harness.start(*CORRECT, "--arrivals", "3", out="cut")
    history = harness.folder / "cut" / "history.jsonl"
    wait_until(lambda: history.exists() and history.read_text().count('"last"') > 5, "some cases have ended")
    process.send_signal(signal.SIGINT)
    status, stdout, _ = wait_for_end(process)
    assert status == 130 and "cut short" in stdout
    struck, not_run = re.search(r" · (\d+) cases? struck, \d+ did not · (\d+) cases? not run", stdout).groups()
    assert 0 < int(struck) < 60 < int(not_run), "of a case that was not run nothing is said"
    assert "never struck" not in stdout or ": not run" not in stdout
    cut = json.loads((harness.folder / "cut" / "report.json").read_text())
    assert cut["totals"]["complete"] is False
    before = history.read_bytes()

    refused = harness("explore", "--resume", "cut", "--out", "cut")
    assert refused.status == 64 and "name another" in refused.stderr
    whole = harness("explore", "--resume", "cut", out="whole")
    assert whole.status == 0, whole.stdout
    assert history.read_bytes() == before
    # With its times, so it was taken over and not made again.
    lost = {event["case"] for event in map(json.loads, before.splitlines()) if event["kind"] == "lost"}
    kept = [line for line in before.splitlines() if json.loads(line)["case"] not in lost]
    assert kept and set(kept) <= set((whole.folder / "history.jsonl").read_bytes().splitlines())
    straight = harness(*CORRECT, "--arrivals", "3", out="straight")
    assert exploration(whole)["points"]["names"] == exploration(straight)["points"]["names"]
    assert exploration(whole)["pairs"]["legal"] == exploration(straight)["pairs"]["legal"]
