"""harness explore over every stream and message mechanism, and what can be done with what it finds: the correct
program is right under each legal fault at each call, a mutant is caught by one that its scenario does not have."""

import json
import re
import shlex
import shutil

import pytest

STREAMS = ["pipe", "fifo", "socketpair", "unix-stream", "tcp-loopback"]
QUEUES = ["posix-mqueue/nonblocking", "unix-dgram/nonblocking", "unix-seqpacket/nonblocking"]
QUICK = ["explore", "partial-reads", "--variant", "pipe/records", "--arrivals", "1"]


def exploration(run):
    return run.report()["exploration"]


def explored(harness, scenario, variant, *more):
    return harness("explore", scenario, "--variant", variant, "--arrivals", "1", "--demand-coverage", "100", *more)


def check_all_struck(run):
    assert run.status == 0, run.stdout
    told = exploration(run)
    assert told["percent"] == 100 and told["pairs"]["legal"] >= 20
    assert all(pair["excused"] and pair["reason"] for pair in told["unfired"]), told["unfired"]
    assert told["pairs"]["unreachable"] == len(told["unfired"])


@pytest.mark.parametrize("mechanism", STREAMS)
def test_a_stream_is_right_under_every_legal_fault_at_every_call(harness, mechanism):
    check_all_struck(explored(harness, "partial-reads", f"{mechanism}/records"))


def test_a_server_of_lines_is_right_under_every_legal_fault_at_every_call(harness):
    check_all_struck(explored(harness, "split-lines", "tcp-loopback/line-dialogue", "--victim", "server"))


@pytest.mark.parametrize("variant", QUEUES)
def test_a_queue_is_right_under_every_legal_fault_at_every_call(harness, variant):
    check_all_struck(explored(harness, "sender-dies-with-messages-queued", variant, "--jobs", "2"))


def test_a_system_v_queue_is_right_under_each_but_those_that_a_senders_thread_may_not_come_to(harness):
    """A thread of each sender waits for the receiver's end. Whether it gets to its calls before the sender has sent all and ends is
    the scheduler's, and what it did not come to is named."""
    run = harness("explore", "sender-dies-with-messages-queued", "--variant", "sysv-msg/blocking", "--arrivals", "1", "--jobs", "2")
    told = exploration(run)
    assert run.status in (0, 2) and told["pairs"]["legal"] >= 200, run.stdout
    assert all(case["verdict"] in ("pass", "inconclusive") for case in run.cases())
    missed = [pair for pair in told["unfired"] if not pair["excused"]]
    of_thread = re.compile(r"/sender\.\d@syscall:(rseq|set_robust_list|pidfd_open|ppoll|close-pidfd)/")
    assert all(of_thread.search(pair["pair"]) and "never came to" in pair["reason"] for pair in missed), missed


def test_a_receiver_that_cannot_be_told_of_its_senders_does_not_sleep_for_ever(harness):
    """What tells it is a message in the same queue, for which there may be no memory."""
    run = harness("replay", "sender-dies-with-messages-queued/native/sysv-msg/blocking/receiver@syscall:msgsnd/enter#1..=fail-ENOMEM")
    assert run.status == 0 and run.events("fault"), run.stdout


def test_a_list_of_senders_that_is_there_no_more_is_not_taken_for_an_empty_one(harness):
    """The receiver has read it before; it waited for ever for senders that had all come and gone."""
    run = harness("replay", "sender-dies-with-messages-queued/native/sysv-msg/blocking/receiver@syscall:openat/enter#3..=fail-ENOENT")
    assert run.status == 0 and run.events("fault"), run.stdout


@pytest.mark.parametrize("scenario, variant, victim, checker", [
    ("partial-reads", "pipe/read-is-message", "writer", "stream_integrity"),
    ("partial-reads", "fifo/read-is-message", "writer", "stream_integrity"),
    ("partial-reads", "socketpair/read-is-message", "writer", "stream_integrity"),
    ("partial-reads", "unix-stream/read-is-message", "writer", "stream_integrity"),
    ("partial-reads", "tcp-loopback/read-is-message", "writer", "stream_integrity"),
    ("sender-dies-with-messages-queued", "posix-mqueue/drops-when-full", "sender.1", "message_delivery"),
    ("sender-dies-with-messages-queued", "unix-dgram/drops-when-full", "sender.1", "message_delivery"),
    ("sender-dies-with-messages-queued", "unix-seqpacket/drops-when-full", "sender.1", "message_delivery"),
    ("sender-dies-with-messages-queued", "sysv-msg/waits-for-more", "sender.1", "progress"),
])
def test_a_mutant_is_caught_by_a_fault_that_its_scenario_does_not_have(harness, scenario, variant, victim, checker):
    run = harness("explore", scenario, "--variant", variant, "--victim", victim, "--arrivals", "1")
    assert run.status == 1, run.stdout
    planned = harness("plan", scenario, "--variant", variant).stdout
    found = [case["id"] for case in run.cases() if case["verdict"] == "fail" and case["fault"]
             and checker in {finding["checker"] for finding in case["findings"] if finding["verdict"] == "fail"}]
    assert found and not any(f"{identity} " in planned for identity in found), found


def test_the_same_exploration_comes_to_the_same_points_and_verdicts_each_time(harness):
    told = set()
    for nth in range(3):
        run = harness(*QUICK, "--jobs", "2" if nth == 1 else "1", out=f"run-{nth}")
        assert run.status == 0, run.stdout
        told.add(json.dumps([exploration(run)["points"], exploration(run)["pairs"],
                             [(case["id"], case["verdict"]) for case in run.cases()]]))
    assert len(told) == 1


def test_cases_that_are_run_twice_do_not_diverge_and_one_that_does_is_told_with_its_event(harness, tmp_path):
    run = harness(*QUICK, "--victim", "reader", "--check-divergence")
    assert run.status == 0, run.stdout
    divergence = exploration(run)["divergence"]
    assert divergence["diverged"] == [] and divergence["compared"] >= len(run.cases()) / 2 > 10
    assert f"run twice  {divergence['compared']} cases · 0 diverged" in run.stdout

    scenario = harness.scenario("summary: its output is another each time\nmechanism: pipe\nroles:\n"
                                "  a: { command: [cat, /proc/sys/kernel/random/uuid] }\n"
                                "faults: [none]\ncheckers: [progress]\n")
    run = harness("explore", scenario, "--arrivals", "1", "--check-divergence", out="other")
    assert run.status == 2, run.stdout
    one = exploration(run)["divergence"]["diverged"][0]
    assert one["role"] == "a" and one["first"].startswith("output stdout") and one["first"] != one["again"]
    assert "diverged: " in run.stdout and " of a: output stdout" in run.stdout


def test_the_id_of_an_explored_case_is_enough_to_run_it_again_without_its_run_folder(harness):
    run = harness("explore", "partial-reads", "--variant", "pipe/read-is-message", "--victim", "writer",
                  "--arrivals", "1")
    told = shlex.split(re.search(r"replay +harness (replay .*)", run.stdout)[1])
    failed = [case for case in run.cases() if case["verdict"] == "fail"]
    assert shlex.split(failed[0]["replay"])[1:] == ["replay", failed[0]["id"]] == told
    shutil.rmtree(run.folder)
    again = harness(*told, out="again")
    assert again.status == 1 and again.cases()[0]["id"] == failed[0]["id"], again.stdout
    assert again.cases()[0]["findings"][0]["message"] == failed[0]["findings"][0]["message"]


@pytest.mark.parametrize("fault", ["writer@syscall:wrte/enter=kill", "riter@syscall:write-link/enter=kill",
                                   "writer@probe:record.sen=kill"])
def test_an_id_that_no_exploration_can_have_is_not_found(harness, fault):
    refused = harness("replay", f"partial-reads/native/pipe/records/{fault}")
    assert refused.status == 64 and "not found" in refused.stderr, refused.stderr


CHAIN = """
summary: two faults, of which one is enough
subject: shm-mutex
mechanism: shm-mutex
roles:
  owner:
    args: [owner, --name, "{name}", --participants, "{participants}"]
    ready: { at: "probe:lock.held" }
  waiter: { args: [waiter, --name, "{name}", --participants, "{participants}"], count: 2 }
faults:
  - chain:
      - { victim: waiter.1, at: "probe:lock.wanted", do: stop, resume: settled }
      - { victim: owner, at: "probe:half-updated", hold: settled, do: kill }
checkers: [mutual_exclusion, no_lost_update, progress]
expect: { not-robust: { fail: progress } }
"""


def test_a_chain_is_reduced_to_the_fault_that_is_enough(harness):
    run = harness("run", harness.scenario(CHAIN))
    assert run.status == 0, run.stdout
    replayed = harness("replay", run.folder, "--case", run.cases()[0]["id"], "--shrink", out="shrunk")
    assert replayed.status == 1
    smallest = re.search(r"smallest that fails by the same checker: (\S+)", replayed.stdout)[1]
    assert smallest.endswith("/owner@probe:half-updated=kill"), replayed.stdout
    told = shlex.split(re.findall(r"replay +harness (replay .*)", replayed.stdout)[-1])
    again = harness(*told, out="again")
    assert again.status == 1 and "progress" in again.stdout


def test_a_comparison_of_two_explorations_names_the_points_that_only_one_has(harness):
    both = harness(*QUICK, out="both")
    one = harness(*QUICK, "--victim", "writer", out="one")
    diff = harness("report", "diff", both.folder, one.folder)
    only = [line for line in diff.stdout.splitlines() if line.startswith("only in ")]
    assert only and all(line.startswith(f"only in {both.folder}  ") and "/reader@syscall:" in line for line in only)
    same = harness("report", "diff", both.folder, both.folder)
    assert same.status == 0 and "only in" not in same.stdout
