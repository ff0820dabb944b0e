"""A machine that is busy with others: a deadline is for what a case does with its processor."""

import os
import subprocess

import pytest

pytestmark = pytest.mark.native_only  # a sanitizer's own time would count as the case's

TEXT = """
summary: a program that needs the processor
roles:
  worker: { command: [sh, -c, "i=0; while [ $i -lt %s ]; do i=$((i+1)); done"] }
faults: [none]
checkers: [progress]
deadline_ms: 400
"""
STRANGERS = 12


@pytest.fixture
def crowded():
    """One processor for the harness, and many strangers on it, each with a share of its own (sched(7), autogroups)."""
    processor = min(os.sched_getaffinity(0))
    strangers = [subprocess.Popen(["sh", "-c", "while :; do :; done"], start_new_session=True,
                                  preexec_fn=lambda: os.sched_setaffinity(0, {processor})) for _ in range(STRANGERS)]
    yield lambda: os.sched_setaffinity(0, {processor})
    for stranger in strangers:
        stranger.kill()
        stranger.wait()


def test_a_case_is_not_over_while_others_have_its_processor(harness, crowded):
    run = harness("run", harness.scenario(TEXT % 60_000), before_exec=crowded)
    assert run.status == 0, run.stdout


def test_who_never_ends_is_told_all_the_same(harness, crowded):
    run = harness("run", harness.scenario(TEXT % "$((i+1))"), before_exec=crowded)
    assert run.status == 1 and "is running, not waiting" in run.stdout
