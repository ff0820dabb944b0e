"""Signals: what merges, what queues, what goes through exec, what a handler may do, and what EINTR really is."""

import json
import re

import pytest

from conftest import Runner, shared_objects

pytestmark = pytest.mark.native_only


def failing(run, variant):
    numbers = [int(re.search(r"#(\d+)=", case["id"]).group(1)) for case in run.cases()
               if case["variant"] == variant and case["verdict"] == "fail" and "," not in case["id"]]
    return sorted(numbers)


def messages(run, variant):
    return {finding["message"] for case in run.cases() if case["variant"] == variant for finding in case["findings"]}


@pytest.fixture(scope="module")
def eintr(tmp_path_factory):
    run = Runner(tmp_path_factory.mktemp("eintr"))("doctor", "--eintr", "--json")
    assert run.status == 0, run.stderr
    return {row["id"]: row for row in json.loads(run.stdout)["calls"]}


def test_a_handler_that_leaves_its_errno_does_harm_between_the_failing_call_and_the_look_at_errno(harness):
    run = harness("run", "handler-on-full-pipe")
    window = failing(run, "wakes-and-clobbers-errno")
    assert window == list(range(window[0], window[-1] + 1)) and len(window) > 2
    assert "program gave up: its last lookup of 1 failed with EAGAIN" in messages(run, "wakes-and-clobbers-errno")


def test_malloc_in_a_handler_corrupts_without_threads_and_deadlocks_with_them(harness):
    run = harness("run", "handler-allocates")
    assert run.status == 0, run.stdout
    assert failing(run, "notes-by-malloc")
    assert not any("deadlock" in message for message in messages(run, "notes-by-malloc"))
    window = failing(run, "notes-by-locked-malloc")
    assert window == list(range(window[0], window[-1] + 1)), "as long as the lock is held"
    assert any("deadlock" in message and "futex" in message for message in messages(run, "notes-by-locked-malloc"))


def test_signals_that_cannot_be_queued_are_told_of_and_not_lost(harness):
    run = harness("run", "signals-coalesce")
    refused = [event for event in run.events("fail") if "/queue-limited/" in event["case"]]
    assert refused and all(event["data"]["values"][1] == 11 for event in refused)  # EAGAIN


def test_every_call_of_the_table_can_be_measured_here(eintr):
    assert {row["id"]: row["obstacle"] for row in eintr.values() if "obstacle" in row} == {}
    assert len(eintr) >= 40


def test_calls_that_wait_for_data_are_restarted(eintr):
    for call in ("read-pipe", "write-pipe", "open-fifo", "accept", "connect", "recv-unix", "recv-tcp", "waitpid", "flock",
                 "fcntl-setlkw", "mq-receive", "mq-send", "sem-wait", "read-eventfd", "splice"):
        assert eintr[call]["measured"] == "restarted by SA_RESTART", call


def test_calls_that_sleep_or_poll_are_never_restarted(eintr):
    for call in ("poll", "ppoll", "select", "epoll-wait", "pause", "sigsuspend", "sigtimedwait", "semop", "msgsnd", "msgrcv",
                 "io-uring-enter", "recv-timeout", "send-timeout"):
        assert eintr[call]["measured"] == "always EINTR", call


def test_mutexes_and_condition_variables_never_show_an_interruption(eintr):
    for call in ("mutex-lock", "cond-wait", "cond-timedwait"):
        assert eintr[call]["measured"] == "never EINTR", call


def test_where_the_manual_is_wrong_the_table_says_so(harness, eintr):
    assert [call for call, row in eintr.items() if not row["as_manual"]] == ["sem-timedwait"]
    assert re.search(r"sem_timedwait .*always EINTR +differs: signal\(7\)", harness("doctor", "--eintr").stdout)


def test_measuring_leaves_nothing_behind(harness):
    before = shared_objects()
    harness("doctor", "--eintr")
    assert not shared_objects() - before  # others' may have gone meanwhile
    harness.wait_for_end_of_all()


def test_an_interruption_that_cannot_be_is_refused_with_the_manual_s_reason(harness):
    path = harness.scenario("""
summary: bind is interrupted
roles:
  one: { command: [/bin/true] }
faults:
  - { victim: one, at: "syscall:bind/enter", hold: blocked, do: eintr(SIGUSR1) }
checkers: [progress]
""")
    run = harness("run", path)
    assert run.status == 64
    assert "bind never returns EINTR: it does not block (bind(2))" in run.stderr


@pytest.mark.parametrize("scenario", ["signals-coalesce", "children-end-together", "interrupted-while-waiting", "signals-through-exec"])
def test_verdicts_stay_the_same_on_a_busy_machine(harness, scenario):
    run = harness("run", scenario, "--repeat", 5, "--jobs", 8)
    assert run.status == 0, run.stdout
    verdicts = {}
    for case in run.cases():
        verdicts.setdefault(re.sub(r"/r\d+$", "", case["id"]), set()).add(case["verdict"])
    assert {case: seen for case, seen in verdicts.items() if len(seen) > 1} == {}


# --- what the kernel restarts, and what a program repeats -----------------------------------------------------

READS_AGAIN = """
import os, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.siginterrupt(signal.SIGUSR1, sys.argv[1] == "interrupts")
while os.read(0, 4096):
    pass
"""

READER = """
summary: a signal interrupts a blocked read, which is made again by the program or by the kernel
links: {{ in: pipe }}
roles:
  reader: {{ command: [/usr/bin/python3, {program}, {handler}], fds: {{ 0: in.read }} }}
  source: {{ command: [seq, "1", "9"], fds: {{ 1: in.write }} }}
faults:
  - chain: [{{ victim: source, at: "syscall:write(pipe)/enter", do: stop, resume: "reader@syscall:read(0)/enter#2" }},
            {{ victim: reader, at: "syscall:read(0)/enter", hold: blocked, do: eintr(SIGUSR1) }}]
checkers: [progress, {{ exit_status: {{}} }}]
"""


@pytest.mark.native_only
@pytest.mark.parametrize("handler, arrivals_before_the_data, status", [("interrupts", 2, 0), ("restarts", 1, 2)])
def test_a_call_that_the_kernel_restarts_is_one_arrival_and_one_that_the_program_repeats_is_another(
        harness, handler, arrivals_before_the_data, status):
    """A restarted read is no second arrival, so that what waits for one waits in vain: the case is inconclusive."""
    program = harness.folder / "reads_again.py"
    program.write_text(READS_AGAIN)
    run = harness("run", harness.scenario(READER.format(program=program, handler=handler)))
    assert run.status == status, run.stdout + run.stderr
    events = [event for event in run.history() if event["role"] in ("reader", "source")]
    data = next(i for i, event in enumerate(events) if event["kind"] == "resumed")
    reads = [event for event in events[:data] if event["kind"] == "arrived" and event["name"] == "syscall:read(0)/enter"
             and event["role"] == "reader"]
    assert max((event["data"]["nth"] for event in reads), default=1) == arrivals_before_the_data
