"""harness explore --schedules: one task of a case runs at a time, a seed says who, and an order that fails comes again."""

import json
import re
import shlex
import shutil

import pytest

from conftest import schema

pytestmark = pytest.mark.native_only

LOST_WAKE_UPS = [
    ("told-by-child", "flag-then-pause"),
    ("told-by-child", "flag-then-read"),
    ("told-by-child", "opens-mask-then-pauses"),
    ("news-before-sleep", "waits-on-what-is-there"),
    ("news-before-sleep", "wakes-first"),
]


def exploration(run):
    return run.report()["exploration"]


def schedules_of(run, variant):
    return next(one for one in exploration(run)["schedules"] if f"/{variant}/" in one["case"])


@pytest.mark.parametrize("scenario, variant", LOST_WAKE_UPS)
def test_a_lost_wake_up_is_found_by_order_alone_and_comes_again_each_time(harness, scenario, variant):
    run = harness("explore", scenario, "--variant", variant, "--schedules", "200", "--jobs", "2")
    assert run.status == 1, run.stdout + run.stderr
    found = schedules_of(run, variant)
    assert found["failed"] > 0 and found["inconclusive"] == 0, found
    told = shlex.split(re.search(r"harness (replay .*)", run.stdout)[1])
    shutil.rmtree(run.folder)
    for nth in range(3):
        again = harness(*told, out=f"again-{nth}")
        assert again.status == 1, again.stdout
        assert "progress" in {finding["checker"] for finding in again.cases()[0]["findings"]}


@pytest.mark.parametrize("scenario", ["told-by-child", "news-before-sleep"])
def test_correct_programs_are_right_in_every_order(harness, scenario):
    run = harness("explore", scenario, "--schedules", "100", "--jobs", "2")
    assert run.status == 0, run.stdout + run.stderr
    for one in exploration(run)["schedules"]:
        assert one["run"] == one["planned"] > 10 and one["turns"] > 5, one
    failed = {case["variant"] for case in run.cases() if case["verdict"] == "fail"}
    assert failed and all(case["mutant"] for case in run.cases() if case["variant"] in failed), failed
    schema("report").validate(run.report())


def told_by(run):
    """What must be the same: ids, verdicts, and who took which turns."""
    turns = [(event["role"], event["name"], event["data"]["turn"]) for event in run.events("turn")]
    return json.dumps([sorted((case["id"], case["verdict"]) for case in run.cases()), exploration(run)["schedules"],
                       sorted(turns)])


def test_the_same_seed_comes_to_the_same_orders_turns_and_verdicts_and_another_seed_to_others(harness):
    once = ["explore", "news-before-sleep", "--variant", "waits-on-what-is-there", "--schedules", "40"]
    runs = [harness(*once, "--jobs", jobs, out=f"run-{nth}") for nth, jobs in enumerate("122")]
    assert len({told_by(run) for run in runs}) == 1
    other = harness(*once, "--seed", "2", out="other")
    assert {case["id"] for case in other.cases()} != {case["id"] for case in runs[0].cases()}


def test_cases_that_are_run_twice_do_not_diverge(harness):
    run = harness("explore", "told-by-child", "--schedules", "30", "--check-divergence", "--jobs", "2")
    assert run.status == 0, run.stdout
    assert exploration(run)["divergence"]["diverged"] == []
    assert exploration(run)["divergence"]["compared"] >= 8 * 10


def test_a_failing_order_is_made_smaller_until_no_part_of_it_can_be_left_out(harness):
    run = harness("explore", "told-by-child", "--variant", "flag-then-pause", "--schedules", "200")
    failed = [case["id"] for case in run.cases() if case["verdict"] == "fail"]
    longest = max(failed, key=len)
    replay = harness("replay", longest, "--shrink", out="again")
    assert replay.status == 1
    smallest = re.search(r"smallest that fails by the same checker: (\S+)", replay.stdout)[1]
    assert re.search(r"~turns=:\d+$", smallest), "one change of turns, in the order of the roles, is enough"
    assert harness("replay", smallest, out="smallest").status == 1


def test_the_story_of_a_failing_order_says_who_went_on_where(harness):
    run = harness("explore", "news-before-sleep", "--variant", "waits-on-what-is-there", "--schedules", "50")
    told = shlex.split(re.search(r"harness (replay .*)", run.stdout)[1])
    again = harness(*told, out="again")
    turns = again.events("turn")
    assert {event["role"] for event in turns} >= {"announcer", "listener"}
    assert [event["data"]["turn"] for event in turns] == sorted(event["data"]["turn"] for event in turns)
    assert any(event["name"].startswith("syscall:") for event in turns)


def test_with_faults_each_planned_case_is_run_in_many_orders(harness):
    run = harness("explore", "crash-in-lock", "--variant", "robust", "--schedules", "5", "--with-faults", "--jobs", "2")
    assert run.status == 0, run.stdout + run.stderr
    struck = [case for case in run.cases() if case["fault"]]
    assert len(struck) > 20 and all("~turns=" in case["id"] for case in struck)


def test_who_waits_by_asking_without_end_is_not_let_starve_the_others(harness):
    scenario = harness.scenario("""
summary: one asks again and again for what the other makes
roles:
  asks: { command: [sh, -c, "while ! [ -e {tmp}/made ]; do :; done"] }
  makes: { command: [sh, -c, "> {tmp}/made"] }
faults: [none]
checkers: [progress, { exit_status: { asks: 0, makes: 0 } }]
""")
    run = harness("explore", scenario, "--schedules", "6")
    assert run.status == 0, run.stdout + run.stderr


def test_an_exploration_of_orders_that_was_cut_short_goes_on(harness):
    run = harness("explore", "told-by-child", "--variant", "sigsuspend", "--schedules", "40")
    history = (run.folder / "history.jsonl").read_text().splitlines(keepends=True)
    whole = told_by(run)
    (run.folder / "history.jsonl").write_text("".join(history[:len(history) // 2]))
    resumed = harness("explore", "--resume", run.folder, out="resumed")
    assert resumed.status == 0, resumed.stdout + resumed.stderr
    assert told_by(resumed) == whole


@pytest.mark.parametrize("words, told", [
    (["--schedules", "3", "--every", "probe"], "excludes"),
    (["--schedules", "3", "--region", "wait.begin..wait.end"], "excludes"),
    (["--seed", "3"], "requires"),
    (["--with-faults"], "requires"),
    (["--schedules", "0"], "0"),
])
def test_what_does_not_go_together_is_told(harness, words, told):
    run = harness("explore", "told-by-child", *words)
    assert run.status == 64 and told in run.stderr, run.stderr


def test_a_target_that_goes_through_every_order_by_itself_is_given_none(harness):
    run = harness("explore", "news-before-sleep", "--target", "model", "--schedules", "3")
    assert run.status == 64 and "goes through every order by itself" in run.stderr, run.stderr


@pytest.mark.parametrize("id", [
    "told-by-child/native/sigsuspend/no-fault~turns=nobody:3",
    "told-by-child/native/sigsuspend/no-fault~turns=waiter:x",
])
def test_an_id_whose_order_no_case_can_have_is_not_found(harness, id):
    run = harness("replay", id)
    assert run.status == 64 and "not found" in run.stderr


def test_without_a_tracer_nobody_takes_turns_and_nothing_is_said_of_the_order(harness):
    run = harness("replay", "told-by-child/native/sigsuspend/no-fault~turns=waiter+2,waiter:3", "--without", "ptrace")
    assert run.status == 2 and "turns need ptrace" in run.stdout, run.stdout
