"""libfiu's points around POSIX calls, in programs that know nothing of libfiu."""

from pathlib import Path

import pytest

from conftest import compile_c

LIBRARY = [path for path in ("/usr/lib/fiu/fiu_posix_preload.so", "/usr/local/lib/fiu/fiu_posix_preload.so") if Path(path).exists()]
needs_library = pytest.mark.skipif(not LIBRARY, reason="fiu_posix_preload.so is not installed (fiu-utils)")

PROGRAM = r"""
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  char bytes[8];
  for (int i = 1; i <= 3; ++i) {
    const ssize_t count = read(0, bytes, sizeof bytes);
    printf("%d: %zd %d\n", i, count, count < 0 ? errno : 0);
  }
  fflush(stdout);
  return 0;
}
"""


def fault_in(harness, fault, *options):
    program = compile_c(harness.folder, PROGRAM, *options)
    return harness("run", harness.scenario(f"""
summary: a read that fails
roles: {{ a: {{ command: [{program}] }} }}
faults: [{fault}]
checkers: [progress]
"""))


@needs_library
def test_the_nth_call_fails_with_the_errno_that_is_named(harness):
    run = fault_in(harness, '{ victim: a, at: "probe:posix/io/rw/read", arrival: 2, do: fail(EIO) }')
    assert run.status == 0, run.stdout + run.stderr
    output, = run.events("output")
    assert output["data"]["text"] == "1: 0 0\n2: -1 5\n3: 0 0\n"


@needs_library
@pytest.mark.parametrize("fault, words", [
    ('{ victim: a, at: "probe:posix/io/rw/raed", do: fail(EIO) }', "did you mean posix/io/rw/read?"),
    ('{ victim: a, at: "probe:posix/io/rw/read", do: fail }', "needs an errno"),
    ('{ victim: a, at: "probe:posix/io/rw/read", do: fail(ENOSPC) }', "read never fails with ENOSPC"),
    ('{ victim: a, at: "probe:posix/io/rw/read/reduce", do: fail(EIO) }', "short(BYTES)"),
    ('{ victim: a, at: "probe:posix/io/rw/write", do: fail(EPIPE) }', "raises no SIGPIPE"),
    ('{ victim: a, at: "probe:posix/io/oc/close", do: fail(EIO) }', "leaves open"),
])
def test_what_libfiu_does_wrong_is_refused(harness, fault, words):
    run = fault_in(harness, fault)
    assert run.status == 64
    assert words in run.stderr


@needs_library
def test_a_static_program_is_refused(harness):
    run = fault_in(harness, '{ victim: a, at: "probe:posix/io/rw/read", do: fail(EIO) }', "-static")
    assert run.status == 64 and "linked statically" in run.stderr


@needs_library
def test_the_program_keeps_its_signals_and_no_pipe_is_left(harness):
    fault_in(harness, '{ victim: a, at: "probe:posix/io/rw/read", do: fail(EIO) }')
    assert not list(harness.temporary.glob("fiu-ctrl*"))


@needs_library
def test_planted_mistakes_of_programs_without_probes_are_caught_and_every_fault_is_called_synthetic(harness):
    run = harness("run", "copier-meets-errors")
    assert run.status == 0, run.stdout + run.stderr
    assert run.report()["totals"]["mutants_caught"] == 3
    assert {event["data"]["synthetic"] for event in run.events("fault")} == {True}
