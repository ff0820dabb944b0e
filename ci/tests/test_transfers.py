"""Links between roles, transfers that are short, calls that are interrupted, descriptors that run out."""

import pytest

LINKED = """
summary: two programs and a pipe between them
links: {{ data: {kind} }}
roles:
  reader: {{ command: [sh, -c, "{reader}"], fds: {{ 0: data.{reading} }} }}
  writer: {{ command: [sh, -c, "{writer}"], fds: {{ 3: data.{writing} }} }}
faults: [{faults}]
checkers: [progress, {{ exit_status: {{ reader: 0 }} }}]
"""
ENDS = {"pipe": ("read", "write"), "socketpair": ("a", "b")}


def linked(harness, faults="none", reader="cat", writer="echo hello >&3", kind="pipe"):
    reading, writing = ENDS[kind]
    return harness("run", harness.scenario(LINKED.format(**locals())))


def output_of(run, role):
    return "".join(e["data"]["text"] for e in run.events("output") if e["role"] == role)


@pytest.mark.parametrize("kind", ENDS)
def test_a_link_carries_bytes_and_ends_with_its_last_writer(harness, kind):
    run = linked(harness, kind=kind)
    assert run.status == 0, run.stdout
    assert output_of(run, "reader") == "hello\n"


def test_the_end_of_a_link_that_does_not_exist_is_refused_with_the_nearest(harness):
    run = harness("run", harness.scenario("""
summary: a slip
links: { data: pipe }
roles: { a: { command: [cat], fds: { 0: data.raed } } }
checkers: [progress]
"""))
    assert run.status == 64
    assert 'end of a link "data.raed" not found; did you mean data.read?' in run.stderr


def test_a_short_write_moves_just_that_much_and_the_program_sees_it(harness):
    run = linked(harness, writer="exec dd if=/dev/zero bs=100 count=1 status=none >&3",
                 reader="exec wc -c", faults='{ victim: writer, at: "syscall:write/enter", do: short(7) }')
    fault, = run.events("fault")
    assert (fault["data"]["asked"], fault["data"]["given"], fault["data"]["synthetic"]) == (100, 7, False)
    assert output_of(run, "reader").strip() == "100"  # dd writes the rest, since it looks at what came of it


def test_a_transfer_that_is_no_shorter_is_no_fault(harness):
    run = linked(harness, faults='{ victim: writer, at: "syscall:write/enter", do: short(6) }')
    assert run.status == 2
    assert "asks for 6 bytes, which is no more" in run.stdout


def test_a_range_of_lengths_is_a_case_for_each(harness):
    run = linked(harness, faults='{ victim: writer, at: "syscall:write/enter", do: short(1..5) }')
    assert [case["fault"]["action"] for case in run.cases()] == [f"short({n})" for n in range(1, 6)]
    assert [e["data"]["given"] for e in run.events("fault")] == [1, 2, 3, 4, 5]


TRAPS = "trap : USR1; read x; echo over"


def test_a_signal_strikes_a_call_that_is_provably_blocked(harness):
    run = linked(harness, reader=TRAPS, writer="kill -STOP $$",
                 faults='{ victim: reader, at: "syscall:read/enter", hold: blocked, do: eintr(SIGUSR1) }')
    assert [e["data"]["signal"] for e in run.events("fault")] == ["SIGUSR1"]
    assert any("read, in which the fault struck, was interrupted" in e["data"].get("text", "")
               for e in run.events("note"))


def test_a_call_that_does_not_block_is_not_interrupted(harness):
    run = linked(harness, reader="trap : USR1; read x </dev/null; echo over", writer=":",
                 faults='{ victim: reader, at: "syscall:read/enter", hold: blocked, do: eintr(SIGUSR1) }')
    assert run.status == 2
    assert "its call returned without blocking" in run.stdout


def test_a_victim_that_stood_still_in_vain_makes_its_case_inconclusive(harness):
    run = linked(harness, faults='{ victim: writer, at: "syscall:write/enter", do: stop, resume: "reader@syscall:mq_unlink/enter" }')
    assert run.status == 2, run.stdout
    assert "waiting for reader@syscall:mq_unlink/enter in vain" in " ".join(run.stdout.split())
    assert output_of(run, "reader") == "hello\n"  # it goes on all the same


def test_a_victim_without_a_handler_is_not_interrupted(harness):
    run = linked(harness, reader="read x", writer="kill -STOP $$",
                 faults='{ victim: reader, at: "syscall:read/enter", hold: blocked, do: eintr(SIGUSR1) }')
    assert run.events("fault") == []
    assert "does not catch SIGUSR1" in run.stdout


def test_a_victim_without_descriptors_left_gets_emfile(harness):
    run = harness("run", harness.scenario("""
summary: one descriptor too many
roles: { a: { command: [sh, -c, "(exec cat /etc/passwd) 2>&1 >/dev/null | cat"] } }
faults: [{ victim: a, at: "syscall:pipe2/enter", do: exhaust(fds) }]
checkers: [progress]
"""))
    assert len(run.events("fault")) == 1
    assert output_of(run, "a") == "sh: 0: Pipe call failed\n"
