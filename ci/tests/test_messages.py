"""Messages: POSIX and System V queues, datagrams, sequenced packets, event counters and pidfds, by their scenarios."""

import os
import re
import resource

import pytest

from conftest import needs_root, read_proc, wait_until

MECHANISMS = ["posix-mqueue", "unix-dgram", "unix-seqpacket", "sysv-msg", "eventfd", "pidfd"]
LIMITS = ["fs/mqueue/queues_max", "fs/mqueue/msg_max", "fs/mqueue/msgsize_max", "kernel/msgmnb", "kernel/msgmax",
          "net/unix/max_dgram_qlen", "net/core/wmem_max", "kernel/pid_max"]


def findings(run, variant, checker):
    return [finding["message"] for case in run.cases() if case["variant"] == variant
            for finding in case["findings"] if finding["checker"] == checker and finding["verdict"] == "fail"]


def blocked(run, variant):
    return [event for event in run.events("blocked") if f"/{variant}/" in event["case"]]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_each_mechanism_has_scenarios_that_show_a_claim(harness, mechanism):
    coverage = harness("list", "--coverage").stdout
    rows = [line for line in coverage.splitlines() if mechanism in line]
    assert rows, coverage


@pytest.mark.native_only
def test_a_sender_whose_receiver_died_is_told_as_blocked_with_the_depth_of_the_queue_and_the_dead(harness):
    run = harness("run", "receiver-dies-with-full-queue")
    for variant in ("posix-mqueue/waits-for-ever", "posix-mqueue/watches-nobody", "sysv-msg/waits-for-ever"):
        message = findings(run, variant, "progress")[0]
        queue = "/harness" if variant.startswith("posix") else "System V queue"
        assert "waits for room in " + queue in message and "dead: receiver" in message, message
        queues = [event["data"]["queue"] for event in blocked(run, variant)]
        # In a System V queue there may be some without a byte as well: the dead one's own notes that senders have come.
        notes = range(3) if variant.startswith("sysv") else range(1)
        assert any(f"full: {4 + note}" in message for note in notes), message
        assert queues and all(queue["is_full"] and queue["messages"] - 4 in notes for queue in queues)
    assert run.events("deadlock") and not run.events("deadline"), "told, and not waited out: ci/bench/stuck_sender.py"


def test_a_receiver_whose_senders_died_is_told_as_blocked_in_an_empty_queue(harness):
    run = harness("run", "sender-dies-with-messages-queued")
    assert "waits for a message in /harness (empty: 0 of 4 messages)" in findings(run, "posix-mqueue/waits-for-more", "progress")[0]
    assert not run.events("deadline")


def test_limits_of_the_machine_are_as_they_were(harness):
    before = {name: read_proc(f"/proc/sys/{name}") for name in LIMITS}
    for scenario in ("no-room-for-queue", "queue-longer-than-allowed", "stale-pid"):
        harness("run", scenario)
    assert {name: read_proc(f"/proc/sys/{name}") for name in LIMITS} == before


def test_the_limit_that_is_taken_away_is_the_victims_own(harness):
    run = harness("run", "no-room-for-queue", "--variant", "nonblocking", "--repeat", 3)
    assert run.status == 0, run.stdout
    synthetic = {event["data"]["at"]: event["data"]["synthetic"] for event in run.events("fault")}
    assert synthetic == {"probe:queue.wanted": False, "syscall:mq_open/enter": False}, "mq_open(3) has both"


def no_queues():
    resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))


@pytest.mark.native_only
def test_without_the_right_to_make_queues_their_cells_are_left_out_by_name(harness):
    some = harness("run", "queue-full", before_exec=no_queues, out="some")
    assert some.status == 0, some.stdout + some.stderr
    assert "left out: queue-full on native: skipped: POSIX message queues" in some.stdout + some.stderr
    assert {case["variant"].split("/")[0] for case in some.cases()} == {"unix-dgram", "sysv-msg"}
    none = harness("run", "queue-recreated", before_exec=no_queues, out="none")
    assert none.status == 77, none.stdout + none.stderr


QUEUES = """
import ctypes, os, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
name = sys.argv[1].encode()
posix = libc.mq_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600, None)
assert posix >= 0, os.strerror(ctypes.get_errno())
assert libc.msgget(0, 0o1600) >= 0
print("made", flush=True)
signal.pause()
"""

LEAVES = """
summary: makes a queue of each kind and waits for ever
deadline_ms: 600000
roles:
  maker: {{ command: [python3, {program}, "{{name}}"], ready: {{ stdout: made }} }}
  witness: {{ command: [sleep, "4321"] }}
checkers: [progress]
"""


def queues():
    rows = read_proc("/proc/sysvipc/msg").splitlines()[1:]
    return {row.split()[1] for row in rows}


def posix_queue_is_there(name):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.mq_open(name.encode(), os.O_RDONLY)
    if queue >= 0:
        os.close(queue)
    return queue >= 0


@pytest.mark.native_only
@pytest.mark.parametrize("ground", [[], ["--without", "namespaces"]], ids=["namespaces", "ledger"])
@pytest.mark.parametrize("victim", ["coordinator", "worker"])
def test_queues_of_a_killed_harness_are_gone(harness, ground, victim):
    before = queues()
    program = harness.folder / "queues.py"
    program.write_text(QUEUES)
    process = harness.start("run", harness.scenario(LEAVES.format(program=program)), *ground)
    sleeper = wait_until(lambda: harness.processes("sleep") or process.poll() is not None, "both queues are made")
    assert sleeper is not True, process.communicate()
    command = read_proc(f"/proc/{harness.processes('python3')[0]}/cmdline").split("\0")
    name = command[2]
    if victim == "coordinator":
        process.kill()
    else:
        workers = [pid for pid in harness.processes("harness") if pid != process.pid]
        os.kill(workers[-1], 9)
    process.communicate()
    harness.wait_for_end_of_all()
    wait_until(lambda: queues() <= before, "the System V queue is gone")
    wait_until(lambda: not posix_queue_is_there(name), "the POSIX queue is gone")


class ForeignQueues:
    """A POSIX and a System V queue that somebody else has, with messages in both."""

    def __init__(self):
        import ctypes
        self.c = ctypes
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.name = f"/foreign-{os.getpid()}".encode()
        self.posix = self.libc.mq_open(self.name, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NONBLOCK, 0o600, None)
        assert self.posix >= 0, os.strerror(ctypes.get_errno())
        self.sysv = self.libc.msgget(0, 0o1600)
        for text in (b"first", b"second"):
            assert self.libc.mq_send(self.posix, text, len(text), 3) == 0
            note = (7).to_bytes(8, "little") + text
            assert self.libc.msgsnd(self.sysv, note, len(text), 0) == 0

    def are_as_they_were(self):
        room = self.c.create_string_buffer(8192)
        again = self.libc.mq_open(self.name, os.O_RDONLY | os.O_NONBLOCK)
        assert again >= 0, "the name is still there"
        os.close(again)
        for text in (b"first", b"second"):
            assert self.libc.mq_receive(self.posix, room, 8192, None) == len(text) and room.raw[:len(text)] == text
            count = self.libc.msgrcv(self.sysv, room, 8000, 0, 0o4000)
            assert count == len(text) and room.raw[8:8 + len(text)] == text
        assert self.libc.mq_receive(self.posix, room, 8192, None) == -1, "and nothing more"
        return True

    def remove(self):
        self.libc.mq_unlink(self.name)
        os.close(self.posix)
        self.libc.msgctl(self.sysv, 0, None)


@pytest.fixture
def foreign_queues():
    queues = ForeignQueues()
    yield queues
    queues.remove()


@needs_root
@pytest.mark.native_only
@pytest.mark.parametrize("ground", [[], ["--without", "namespaces"]], ids=["namespaces", "ledger"])
def test_foreign_queues_keep_their_names_and_messages(harness, foreign_queues, ground):
    for scenario in ("orphaned-queue", "receiver-dies-after-receive"):
        harness("run", scenario, *ground, out=scenario)
    assert foreign_queues.are_as_they_were()


@needs_root
@pytest.mark.native_only
@pytest.mark.parametrize("ground", [[], ["--without", "namespaces"]], ids=["namespaces", "ledger"])
def test_foreign_queues_and_limits_outlive_a_harness_that_is_killed_in_mid_run(harness, foreign_queues, ground):
    before = {name: read_proc(f"/proc/sys/{name}") for name in LIMITS}
    program = harness.folder / "queues.py"
    program.write_text(QUEUES)
    process = harness.start("run", harness.scenario(LEAVES.format(program=program)), *ground)
    wait_until(lambda: harness.processes("sleep") or process.poll() is not None, "both queues are made")
    process.kill()
    process.communicate()
    harness.wait_for_end_of_all()
    assert foreign_queues.are_as_they_were()
    assert {name: read_proc(f"/proc/sys/{name}") for name in LIMITS} == before


@pytest.mark.native_only
@pytest.mark.parametrize("scenario", ["stopped-receiver", "eintr-in-blocked-send", "notify-re-armed-late", "token-of-the-dead"])
def test_verdicts_stay_the_same_on_a_busy_machine(harness, scenario):
    run = harness("run", scenario, "--repeat", 5, "--jobs", 8)
    verdicts = {}
    for case in run.cases():
        failed = frozenset(finding["checker"] for finding in case["findings"] if finding["verdict"] == "fail")
        verdicts.setdefault(re.sub(r"/r\d+$", "", case["id"]), set()).add((case["verdict"], failed))
    assert {case: seen for case, seen in verdicts.items() if len(seen) > 1} == {}
    assert run.status == 0, run.stdout
