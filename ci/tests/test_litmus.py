"""`harness doctor --litmus`: which weak orders of memory a target shows at all, by trying."""
import json
import os

import pytest

from test_sanitizers import skip_where_missing

SHAPES = ["SB relaxed", "SB seq_cst", "MP relaxed", "MP release/acquire", "LB relaxed", "2+2W relaxed", "IRIW acquire", "IRIW seq_cst"]
needs_two_processors = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor shows no weak order")


def counts(harness, *words):
    run = harness("doctor", "--litmus", "--json", *words)
    assert run.status == 0, run.stderr
    return json.loads(run.stdout)


@needs_two_processors
def test_each_shape_is_tried_as_often_as_asked_and_what_cxx_forbids_never_comes(harness):
    told = {count["name"]: count for count in counts(harness, "--target", "native", "--rounds", 20_000)["native"]}
    assert list(told) == SHAPES
    for name in SHAPES[:6]:
        assert told[name]["rounds"] >= 20_000, "of two threads, for which two processors are enough"
    assert all(count["weak"] == 0 for count in told.values() if not count["allowed"])


@pytest.mark.native_only
@needs_two_processors
def test_a_load_that_passes_a_store_does_appear(harness):
    """Store buffering is what x86-64 and arm64 both do. That it comes here shows that the tests can see something."""
    told = {count["name"]: count for count in counts(harness, "--target", "native", "--rounds", 200_000)["native"]}
    assert told["SB relaxed"]["weak"] > 0
    run = harness("doctor", "--litmus", "--target", "native", "--rounds", 1)
    assert "rounds  forbidden by C++" in run.stdout and "a pass says nothing of code that it would break" in run.stdout


@needs_two_processors
@pytest.mark.parametrize("target", ["arm64-user", "arm64"])
def test_an_emulated_machine_is_tried_where_its_programs_run(harness, target):
    skip_where_missing(target)
    told = counts(harness, "--target", target, "--rounds", 2_000)[target]
    assert [count["name"] for count in told] == SHAPES
    assert all(count["rounds"] >= 2_000 for count in told[:6])


def test_the_model_goes_through_every_outcome_and_so_runs_none(harness):
    run = harness("doctor", "--litmus", "--target", "model")
    assert run.status == 0 and "goes through every outcome of C++ memory but load buffering" in run.stdout


@pytest.mark.parametrize("words, said", [(["--litmus", "--target", "nativ"], "did you mean native?"),
                                         (["--rounds", "9"], "--litmus"),
                                         (["--litmus", "--rounds", "0"], "--rounds")])
def test_what_cannot_be_meant_is_refused_with_the_mend(harness, words, said):
    run = harness("doctor", *words)
    assert run.status == 64 and said in run.stderr
