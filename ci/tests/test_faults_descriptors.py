"""Faults on descriptors: closing, shutting down, leaking; points by descriptor; errors that a call can give at all."""

import re
import subprocess

import pytest

LINKED = """
summary: a pipe between two
links: {{ data: {kind} }}
roles:
  reader: {{ command: [sh, -c, "{reader}"], fds: {{ 0: data.{read} }} }}
  writer: {{ command: [sh, -c, "{writer}"], fds: {{ 3: data.{write} }} }}
faults:
  - {faults}
checkers: [{checkers}]
"""


def linked(harness, faults, reader="cat", writer="echo one >&3; echo two; echo three >&3", kind="pipe", checkers="progress"):
    ends = {"pipe": ("read", "write"), "socketpair": ("b", "a")}[kind]
    text = LINKED.format(kind=kind, reader=reader, writer=writer, read=ends[0], write=ends[1], faults=faults, checkers=checkers)
    return harness("run", harness.scenario(text))


def output_of(run, role):
    return "".join(e["data"]["text"] for e in run.events("output") if e["role"] == role and e["name"] == "stdout")


def test_arrivals_at_a_point_with_an_object_count_calls_on_that_descriptor_only(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", arrival: 2, do: stop, resume: settled }')
    fault, = run.events("fault")
    assert fault["data"]["args"][0] in (1, 3) and fault["data"]["nth"] == 2
    assert output_of(run, "reader") == "one\nthree\n"
    names = [e["name"] for e in run.events("arrived")]
    assert names == ["syscall:write/enter", "syscall:write(link)/enter"]
    assert [e["data"]["nth"] for e in run.events("arrived")] == [3, 2]


OPENER = """
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int main(void) {
  sigset_t none;
  sigemptyset(&none);
  const int fds[] = {eventfd(0, 0), epoll_create1(0), timerfd_create(CLOCK_MONOTONIC, 0), signalfd(-1, &none, 0),
                     inotify_init1(0), (int)syscall(SYS_pidfd_open, getpid(), 0)};
  for (int i = 0; i < 6; ++i) {
    if (close(fds[i]) != 0) return 10 + i;
  }
  return 0;
}
"""


@pytest.mark.native_only
def test_a_descriptor_that_no_name_leads_to_is_named_by_its_kind(harness, tmp_path):
    (tmp_path / "opener.c").write_text(OPENER)
    subprocess.run(["gcc", "-o", tmp_path / "opener", tmp_path / "opener.c"], check=True)
    for i, kind in enumerate(["eventfd", "epoll", "timerfd", "signalfd", "inotify", "pidfd"]):
        run = harness("run", harness.scenario(
            f"summary: closes one of each kind\nmechanism: pipe\nroles: {{ opener: {{ command: ['{tmp_path}/opener'] }} }}\n"
            f"faults: [{{ victim: opener, at: 'syscall:close({kind})/enter', do: fail(EBADF) }}]\n"
            f"checkers: [{{ exit_status: {{ opener: {10 + i} }} }}]\n"))
        assert run.status == 0, run.stdout


def test_a_descriptor_is_really_closed_and_the_peer_is_told(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", do: close(link) }', reader="cat; echo end")
    assert {(e["role"], e["name"], e["data"]["number"]) for e in run.events("closed")} == {
        ("writer", "pipe", 1), ("writer", "pipe", 3)}  # where the shell has put its copy
    assert output_of(run, "reader") == "end\n"


def test_a_reader_that_closes_gives_the_writer_sigpipe(harness):
    run = linked(harness, '{ victim: reader, at: "syscall:read(link)/enter", hold: settled, do: close(data) }',
                 writer="exec dd if=/dev/zero bs=65537 count=3 status=none >&3", checkers="{ exit_status: { reader: 1 } }")
    ended = {e["role"]: e["data"] for e in run.events("ended")}
    assert ended["writer"]["signal_name"] == "SIGPIPE"


def test_only_sockets_can_be_shut_down(harness):
    at = '{ victim: writer, at: "syscall:write(link)/enter", do: shutdown(link) }'
    run = linked(harness, at)
    assert run.status == 2 and "only sockets can be shut down" in re.sub(r"\s+", " ", run.stdout)
    assert {e["name"] for e in linked(harness, at, kind="socketpair").events("closed")} == {"unix-stream"}


def test_a_leaked_end_keeps_the_end_of_the_stream_away_and_the_verdict_says_who_has_it(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", do: leak(link) }')
    assert run.status == 1
    assert "the harness, by leak(link) of writer" in re.sub(r"\s+", " ", run.stdout)
    assert not run.events("deadline")


def test_a_leaked_end_can_be_let_go(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", do: leak(link), resume: settled }')
    assert run.status == 0, run.stdout
    assert {e["data"].get("by_harness") for e in run.events("closed")} == {True}


@pytest.mark.parametrize("fault, words", [
    ('{ victim: writer, at: "syscall:write(lnik)/enter", do: kill }', 'object "lnik" not found; did you mean link?'),
    ('{ victim: writer, at: "syscall:write/enter", do: close(raeder) }', 'object "raeder" not found; did you mean reader?'),
    ('{ victim: writer, at: "syscall:ppoll(link)/enter", do: kill }', "is not made on one descriptor"),
    ('{ victim: writer, at: "syscall:write/enter", do: close }', "close needs a descriptor, as in close(link)"),
    ('{ victim: writer, at: "syscall:write/enter", hold: blocked, do: close(link) }', "use hold: settled"),
    ('{ victim: writer, at: "syscall:write/enter", do: fail(ECHILD) }', "write never fails with ECHILD"),
    ('{ victim: writer, at: "syscall:write/exit", do: fail(EIO) }', "the call has run"),
    ('{ victim: writer, at: "syscall:close/enter", hold: blocked, do: eintr(SIGUSR1) }', "close never returns EINTR"),
    ("{ victim: writer, at: ending, do: kill }", "is on its way out, and kill does nothing more to it; write do: stop"),
])
def test_what_cannot_be_is_refused_before_anything_starts(harness, fault, words):
    run = linked(harness, fault)
    assert run.status == 64
    assert words in run.stderr


def test_an_error_that_this_kind_of_descriptor_cannot_give_is_refused_by_its_page(harness):
    text = LINKED.format(kind="pipe", reader="cat", writer="true", read="read", write="write", checkers="progress",
                         faults='{ victim: writer, at: "syscall:write(link)/enter", do: fail(ENOSPC) }')
    run = harness("run", harness.scenario(text.replace("links:", "mechanism: pipe\nlinks:")))
    assert run.status == 64
    assert "write on a descriptor of the kind pipe never fails with ENOSPC: write(2) has it for" in run.stderr


def test_where_only_the_run_can_tell_the_fault_does_not_strike(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write/enter", do: fail(ENOSPC) }', writer="echo one >&3")
    assert run.status == 2 and run.events("fault") == []
    assert "kind pipe never fails with ENOSPC" in re.sub(r"\s+", " ", run.stdout)


def test_a_synthetic_fault_is_labelled_in_every_report(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", do: fail(ENOSPC), synthetic: true }',
                 checkers="{ exit_status: { writer: 77 } }")
    case, = run.cases()
    assert case["fault"]["synthetic"] is True and case["id"].endswith("fail-ENOSPC-synthetic")
    assert [e["data"]["synthetic"] for e in run.events("fault")] == [True]
    for name in ("junit.xml", "summary.md", "report.json"):
        assert "synthetic" in (run.folder / name).read_text(), name
    assert "synthetic" in run.stdout


SPIN = "while :; do read x || true; done"


def test_a_busy_loop_is_counted_and_not_waited_out(harness):
    run = linked(harness, "none", reader=SPIN, checkers="no_busy_loop")
    assert run.status == 1
    busy, = run.events("busy")
    assert busy["role"] == "reader" and busy["name"] == "read" and busy["data"]["in_vain"] == 1000
    assert not run.events("deadline")


def test_who_sleeps_is_not_busy(harness):
    run = linked(harness, "none", checkers="no_busy_loop, progress")
    assert run.status == 0, run.stdout
    assert all(e["data"]["in_vain"] < 50 for e in run.events("calls"))


def test_a_link_that_a_child_inherits_over_exec_is_in_the_ledger(harness):
    run = linked(harness, "none", writer="/bin/true & wait; exec 3>&-", checkers="fd_ledger")
    assert run.status == 1 and "lacks FD_CLOEXEC" in re.sub(r"\s+", " ", run.stdout)
    run = linked(harness, "none", writer="/bin/true 3>&- & wait; exec 3>&-", checkers="fd_ledger")
    assert run.status == 0, run.stdout


def full(harness, kind="pipe", writer="dd if=/dev/zero bs=4000 count=4 status=none >&3", arrival=2):
    """The reader stands still from its first read on; the writer has three files: a link, by two numbers, and another one."""
    return linked(harness, kind=kind, writer="exec " + writer, reader="exec wc -c", faults=f"""chain:
      - {{ victim: reader, at: "syscall:read(link)/enter", do: stop, resume: settled }}
      - {{ victim: writer, at: "syscall:write(link)/enter", arrival: {arrival}, hold: now, do: fill(3) }}""")


@pytest.mark.parametrize("kind", ["pipe", "socketpair"])
def test_a_link_is_filled_by_taking_its_room_away_and_the_event_says_from_what_to_what(harness, kind):
    run = full(harness, kind)
    assert run.status == 0, run.stdout
    link, = next(e for e in run.events("fault") if e["name"] == "fill")["data"]["links"]
    least, most = {"pipe": (4096, 65536), "socketpair": (2048, 100000)}[kind]
    assert link["number"] == 3 and least <= link["room_after"] <= 16384 and link["room_before"] >= most
    assert output_of(run, "reader") == "16000\n"  # nothing is added, and nothing lost


def test_a_pipe_that_is_full_already_cannot_be_filled(harness):
    run = full(harness, writer="dd if=/dev/zero bs=4096 count=20 status=none >&3", arrival=15)
    assert run.status == 2 and "needs all of its 65536 bytes of room" in re.sub(r"\s+", " ", run.stdout)


def test_what_has_no_room_of_its_own_is_not_filled(harness):
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", do: fill(2) }')
    assert run.status == 2 and "has no room that could be taken away" in re.sub(r"\s+", " ", run.stdout)
    run = linked(harness, '{ victim: writer, at: "syscall:write(link)/enter", do: fill }')
    assert run.status == 64 and "fill needs a descriptor, as in fill(link)" in run.stderr
