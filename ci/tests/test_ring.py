"""Programs that read and write by io_uring, and programs that say what they need of the machine."""

import pytest

from conftest import compile_c


def test_a_fault_at_a_call_that_a_ring_makes_never_strikes(harness):
    run = harness("run", "reader-vanishes", "--variant", "socketpair/io-uring", "--at", "syscall:sendto/enter", "--do", "fail(ENOBUFS)")
    if run.status == 77:
        pytest.skip("no io_uring here")
    assert run.status == 2
    assert "never came to syscall:sendto/enter" in " ".join(run.stdout.split())


# The address sanitizer is an ability that the target native never has.
NEEDS = """
__asm__(".pushsection harness_needs,\\"a\\",%progbits\\n\\t.asciz \\"asan\\"\\n\\t.popsection");
int main(void) { return 0; }
"""


def test_a_program_whose_need_the_machine_has_not_is_skipped_by_name(harness):
    program = compile_c(harness.folder, NEEDS)
    run = harness("run", harness.scenario(f"""
summary: a program that needs something
roles: {{ a: {{ command: [{program}] }} }}
checkers: [progress]
"""))
    assert run.status == 77, run.stdout + run.stderr
    assert "skipped" in run.stdout + run.stderr
