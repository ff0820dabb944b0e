"""The scenario that a newcomer runs first, and every other that is shipped."""

import re
import shlex

import pytest

from conftest import HARNESS, Runner

CORRECT = {"robust", "trylock", "timedlock", "condvar", "pi"}
CAUGHT_BY = {
    "not-robust": "progress",
    "no-consistent": "progress",
    "eownerdead-is-error": "progress",
    "no-repair": "no_lost_update",
}


def replay_words(stdout):
    """The arguments of the replay line, as a shell would split them."""
    line = re.search(r"replay +(harness replay .*)", stdout).group(1)
    words = shlex.split(line)
    assert words[0] == HARNESS.name
    return words[1:]


def failed_by(case):
    return {finding["checker"] for finding in case["findings"] if finding["verdict"] == "fail"}


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """One run of everything, which several tests look at."""
    return Runner(tmp_path_factory.mktemp("crash-in-lock"))("run", "crash-in-lock")


def test_all_is_as_expected(whole_run):
    assert (whole_run.status, whole_run.report()["verdict"]) == (0, "pass"), whole_run.stdout


def test_a_correct_variant_passes_at_every_point(whole_run):
    cases = [case for case in whole_run.cases() if not case["mutant"]]
    assert {case["variant"] for case in cases} == CORRECT
    assert [case["id"] for case in cases if case["verdict"] != "pass"] == []
    points = {case["fault"]["point"] for case in cases if case.get("fault")}
    assert {"probe:lock.held", "probe:half-updated", "probe:updated", "probe:lock.released"} <= points


def test_every_mutant_is_caught_by_the_checker_that_should_catch_it(whole_run):
    cases = [case for case in whole_run.cases() if case["mutant"]]
    for mutant, checker in CAUGHT_BY.items():
        failed = [case for case in cases if case["variant"] == mutant and case["verdict"] == "fail"]
        assert failed, f"{mutant} was not caught"
        assert all(checker in failed_by(case) for case in failed), mutant
        assert all(case["caught_by"] == checker for case in failed), mutant
    assert {case["variant"] for case in cases} == set(CAUGHT_BY)


def test_every_fault_of_the_plan_struck(whole_run):
    (scenario,) = whole_run.report()["scenarios"]
    assert scenario["points"]["fired"] == scenario["points"]["explored"] == scenario["points"]["total"] > 0
    struck = {event["case"] for event in whole_run.events("fault")}
    assert struck == {case["id"] for case in whole_run.cases() if case.get("fault")}


def test_a_wrong_program_is_told_with_the_dead_owner_the_futex_and_a_replay_line(harness):
    run = harness("run", "crash-in-lock", "--variant", "not-robust")
    assert run.status == 1
    said = " ".join(run.stdout.split())
    assert re.search(r"futex 0x[0-9a-f]+ \(/dev/shm/", said)
    assert re.search(r"held by owner \(thread \d+, dead\)", said)
    assert replay_words(run.stdout)[0] == "replay"


def test_the_replay_line_shows_the_same_finding_again(harness):
    first = harness("run", "crash-in-lock", "--variant", "not-robust")
    again = harness(*replay_words(first.stdout), out="again")
    assert again.status == 1, again.stderr
    (case,) = again.cases()
    (before,) = [one for one in first.cases() if one["id"] == case["id"]]
    assert failed_by(case) == failed_by(before) == {"progress"}
    assert "held by owner" in " ".join(again.stdout.split())


def test_the_replay_line_works_for_every_case_of_the_report(harness):
    surprises = [case for case in harness("run", "crash-in-lock", "--variant", "not-robust").cases()
                 if not case["as_expected"]]
    assert len(surprises) > 1
    for case in surprises:
        assert harness(*shlex.split(case["replay"])[1:], out="again").status == 1, case["replay"]


def test_a_deadlock_is_recognised_and_not_waited_out(harness):
    run = harness("run", "crash-in-lock", "--variant", "not-robust")
    assert run.events("deadlock") and not run.events("deadline")


@pytest.mark.native_only
def test_every_shipped_scenario_comes_out_as_expected(harness):
    """A mutant as well: the checker that its scenario names has to catch it. What this machine lacks is left out by name."""
    run = harness("run", "--all", "--jobs", 2, net_s=900)
    assert run.status == 0, run.stdout + run.stderr
    listed = set(harness("list", "--names").stdout.split())
    left_out = {words.split(" on ")[0].split("/")[0] for words in run.report()["totals"]["left_out"]}
    assert {scenario["name"] for scenario in run.report()["scenarios"]} | left_out == listed


def what_came_of(run):
    """A single case of a mutant may fail or not: which it is, is chance. All else is not."""
    return {case["id"]: case["as_expected"] if case["mutant"] else case["verdict"] for case in run.cases()}


def test_several_workers_come_to_the_same_verdicts_as_one(harness, whole_run):
    many = harness("run", "crash-in-lock", "--jobs", 4, out="many")
    assert what_came_of(whole_run) == what_came_of(many) and many.status == 0


@pytest.mark.native_only
def test_verdicts_are_the_same_in_twenty_runs(harness):
    words = [word for variant in sorted(CORRECT) for word in ("--variant", variant)]
    run = harness("run", "crash-in-lock", *words, "--repeat", 20)
    assert [case["id"] for case in run.cases() if case["verdict"] != "pass"] == []
    assert run.status == 0


@pytest.mark.native_only
@pytest.mark.parametrize("scenario", ["lost-wakeup", "plain-c-program"])
def test_verdicts_stay_the_same_on_a_busy_machine(harness, scenario):
    """More cases at a time than there are CPUs: whoever was killed has to wait for a CPU to die on."""
    run = harness("run", scenario, "--repeat", 20, "--jobs", 16)
    verdicts = {}
    for case in run.cases():
        verdicts.setdefault(re.sub(r"/r\d+$", "", case["id"]), []).append(case["verdict"])
    unsteady = {case: seen for case, seen in verdicts.items() if len(set(seen)) > 1}
    assert unsteady == {}
    assert run.status == 0
