"""harness explore --every instruction: a death at every instruction of a region, of each role, with the others asleep."""

import json
import platform
import re
import shlex

import pytest

from conftest import schema

pytestmark = [
    pytest.mark.native_only,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the sweep beside it is written for x86-64"),
]

LOCK = ["--every", "instruction", "--region", "lock.wanted..lock.held"]


def exploration(run):
    return run.report()["exploration"]


def windows(run, variant, victim):
    """Verdict and cause of each stretch of instructions, whatever the others do before the victim goes on."""
    found = sorted((window["first"], window["verdict"], window["by"]) for window in exploration(run)["windows"]
                   if window["variant"] == variant and window["fault"].startswith(f"{victim}@")
                   and ("~" not in window["fault"] or "~settled" in window["fault"]))
    causes = [(verdict, by) for _, verdict, by in found]
    return [cause for at, cause in enumerate(causes) if at == 0 or cause != causes[at - 1]]


def instructions_struck(run, variant):
    return sorted({number for window in exploration(run)["windows"] if window["variant"] == variant
                   for number in range(window["first"], window["last"] + 1)})


@pytest.fixture(scope="module")
def in_lock(tmp_path_factory):
    from conftest import Runner
    runner = Runner(tmp_path_factory.mktemp("in-lock"))
    return runner("explore", "crash-in-lock", "--every", "instruction", "--variant", "robust,trylock,pi", net_s=600)


def test_every_instruction_from_lock_to_unlock_is_struck_and_judged(in_lock):
    assert in_lock.status == 0, in_lock.stdout + in_lock.stderr
    for variant in ("robust", "trylock", "pi"):
        numbers = instructions_struck(in_lock, variant)
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 100, variant
        assert {verdict for verdict, _ in windows(in_lock, variant, "owner")} == {"pass"}
    assert exploration(in_lock)["cases"]["not_struck"] == 0


def test_its_sweeps_by_stand_ins_and_true_kills_stand_in_the_report(in_lock):
    swept = {sweep["case"].split("/")[2]: sweep["sweep"] for sweep in exploration(in_lock)["sweeps"]}
    assert set(swept) == {"robust", "trylock", "pi"}
    assert swept["robust"]["deaths"]["stand_ins"] == swept["robust"]["distinct"] > 5
    assert swept["robust"]["deaths"]["true_kills"] == swept["robust"]["distinct"]
    assert swept["pi"]["deaths"]["stand_ins"] == 0
    for variant, sweep in swept.items():
        assert [window["outcome"] for window in sweep["windows"]] == ["free", "EOWNERDEAD", "free"], variant
        assert sweep["differences"] == []
        assert re.search(rf"swept +crash-in-lock/native/{variant}/owner@", in_lock.stdout)


def test_its_files_are_valid_against_their_schemas(harness):
    run = harness("explore", "crash-in-lock", *LOCK, "--variant", "robust", "--arrivals", "6")
    for name in ("plan", "verdict", "report"):
        text = json.loads((run.folder / f"{name}.json").read_text())
        assert [error.message[:200] for error in schema(name).iter_errors(text)] == [], name
    validator = schema("event")
    assert run.history() and all(validator.is_valid(event) for event in run.history())


def test_a_lock_with_a_time_limit_has_as_many_instructions_however_long_one_steps(harness):
    run = harness("explore", "crash-in-lock", "--every", "instruction", "--variant", "timedlock", "--arrivals", "12")
    assert run.status == 0, run.stdout + run.stderr
    assert windows(run, "timedlock", "owner") == [("pass", "")]
    assert 100 < exploration(run)["points"]["reached"] < 1000


def test_a_mutant_fails_in_a_window_that_its_line_shows_again(harness):
    run = harness("explore", "crash-in-lock", *LOCK, "--variant", "not-robust")
    assert run.status == 1, run.stdout + run.stderr
    assert windows(run, "not-robust", "owner") == [("pass", ""), ("fail", "progress")]
    line = re.search(r"window +.*/not-robust/owner@[^ ]* at (\d+).*\n +replay +harness (.*)", run.stdout)
    assert line and int(line[1]) > 1, run.stdout
    replayed = harness(*shlex.split(line[2]), out="again")
    assert replayed.status == 1 and "deadlock" in replayed.stdout


def test_a_home_made_lock_without_list_op_pending_fails_in_its_windows_and_nowhere_else(harness):
    run = harness("explore", "home-made-lock-holder-dies", "--every", "instruction", "--region",
                  "lock.wanted..lock.released", "--victim", "owner", "--variant", "no-pending,robust-list",
                  "--arrivals", "60", net_s=600)  # in the midst of its windows too; the sweep beside them takes every state
    assert [verdict for verdict, _ in windows(run, "no-pending", "owner")] == ["pass", "fail", "pass", "fail", "pass"]
    assert windows(run, "robust-list", "owner") == [("pass", "")]


@pytest.fixture(scope="module")
def woken(tmp_path_factory):
    from conftest import Runner
    runner = Runner(tmp_path_factory.mktemp("woken"))
    return runner("explore", "lost-wakeup", *LOCK, "--victim", "waiter", net_s=600)


def lost(run):
    return [case for case in run.cases() if case["verdict"] == "fail"]


def test_the_lost_wake_up_of_a_robust_mutex_is_found_without_being_told_where(woken):
    assert woken.status == 0, woken.stdout + woken.stderr
    cases = lost(woken)
    assert cases and {case["variant"] for case in cases} == {"robust"}
    assert all("insn:lock.wanted..lock.held#" in case["id"] and "~owner@probe:" in case["id"] for case in cases)
    for case in cases:
        (finding,) = [finding for finding in case["findings"] if finding["verdict"] == "fail"]
        assert finding["whose"] == "platform" and finding["defect"] == "MX-22"
        assert re.search(r"waiter, which was killed at insn:\S+ \(\S+\) before it took the lock", finding["message"])


def test_a_waiter_that_was_woken_is_struck_at_each_instruction_up_to_its_lock(woken):
    window = [one for one in exploration(woken)["windows"]
              if one["by"] == "MX-22" and one["fault"].endswith("~owner@probe:lock.held#2=kill")]
    assert len(window) == 1 and window[0]["last"] - window[0]["first"] >= 5, window


def test_priority_inheritance_is_clean_over_the_same_space(woken):
    cases = [case for case in woken.cases() if case["variant"] == "pi"]
    assert len(cases) > 50 and {case["verdict"] for case in cases} == {"pass"}


def test_the_lost_wake_up_is_found_again_from_its_token_each_time(harness, woken):
    found = lost(woken)[0]
    words = shlex.split(found["replay"])[1:]
    assert words == ["replay", found["id"]], "no run folder: the token says all of it"
    for attempt in range(5):
        again = harness(*words, out=f"again-{attempt}")
        assert again.status == 1 and "MX-22" in again.stdout, again.stdout


@pytest.mark.parametrize("words, mend", [
    (["hangup-before-drain", "--every", "instruction"], "--region FROM..TO"),
    (["crash-in-lock", "--every", "instruction", "--region", "lock.wanted"], "two probes"),
    (["crash-in-lock", "--every", "instruction", "--region", "lock.wnted..lock.held"], "did you mean lock.wanted?"),
    (["crash-in-lock", "--every", "instruction", "--victim", "ownr"], "did you mean owner?"),
])
def test_a_wrong_word_is_refused_with_the_mend(harness, words, mend):
    refused = harness("explore", *words)
    assert refused.status == 64 and mend in refused.stderr, refused.stderr


def test_what_must_be_explored_is_read_with_its_place(harness):
    path = harness.scenario("""
summary: a test
mechanism: pipe
roles: { a: { command: ["true"] } }
checkers: [progress]
explore: { instructions: { region: a..b, victims: [b] } }
""")
    refused = harness("explore", path, "--every", "instruction")
    assert refused.status == 64 and f"{path}:6:" in refused.stderr and "role \"b\" not found" in refused.stderr


@pytest.mark.parametrize("scenario, variants", [
    ("file-lock-holder-dies", ["flock", "record-lock", "ofd-lock"]),
    ("undone-at-death", ["undo"]),
])
def test_locks_that_the_kernel_takes_from_the_dead_are_swept_by_true_kills(harness, scenario, variants):
    """A lock on a file, a System V semaphore: no memory shows them, so there are no stand-ins."""
    run = harness("explore", scenario, "--every", "instruction", "--region", "lock.wanted..lock.released", "--victim",
                  "owner", "--variant", ",".join(variants), "--arrivals", "60", net_s=600)
    assert run.status == 0, run.stdout + run.stderr
    for variant in variants:
        assert windows(run, variant, "owner") == [("pass", "")], variant
        assert len(instructions_struck(run, variant)) > 30


def test_after_each_store_of_a_sequence_locks_writer_a_successor_makes_the_record_whole(harness):
    words = ["explore", "sequence-lock-torn-read", "--every", "store", "--variant"]
    right = harness(*words, "seqlock", out="right")
    assert right.status == 0, right.stdout + right.stderr
    struck = [window for window in exploration(right)["windows"]]
    assert [window["verdict"] for window in struck] == ["pass"]
    points = exploration(right)["points"]
    assert points["reached"] == points["fired"] > 4, "the sequence twice, and each field"
    # Whose successor mends the sequence alone is caught from the first field's store to the last one's.
    wrong = harness(*words, "seqlock-made-even", out="wrong")
    assert wrong.status == 1
    assert windows(wrong, "seqlock-made-even", "writer") == [("pass", ""), ("fail", "no_lost_update"), ("pass", "")]


def test_a_gate_that_demands_all_of_a_region_is_not_content_with_some_of_its_instructions(harness):
    run = harness("explore", "crash-in-lock", *LOCK, "--variant", "robust", "--victim", "owner", "--arrivals", "12",
                  "--demand-coverage", "100")
    assert run.status == 1, run.stdout
    told = exploration(run)
    assert told["pairs"]["fired"] == told["pairs"]["legal"] and told["unfired"] == told["missed"] == []
    assert told["percent"] == pytest.approx(100 * 12 / told["points"]["reached"])


def test_each_case_of_an_instruction_can_be_run_twice_and_compared(harness):
    run = harness("explore", "crash-in-lock", *LOCK, "--variant", "robust", "--victim", "owner", "--arrivals", "6",
                  "--check-divergence")
    assert run.status == 0, run.stdout
    told = exploration(run)
    assert told["divergence"]["compared"] > told["cases"]["planned"] >= 6, "these, and what recorded them"
    assert told["divergence"]["diverged"] == []


def test_its_coverage_stands_in_the_summary_and_on_the_page(harness):
    run = harness("explore", "crash-in-lock", *LOCK, "--variant", "robust", "--victim", "owner", "--arrivals", "6")
    line = next(line for line in run.stdout.splitlines() if line.startswith("explored"))
    assert line in (run.folder / "summary.md").read_text()
    assert line in json.loads(re.search(r'<script[^>]*id="run"[^>]*>(.*?)</script>', (run.folder / "report.html").read_text(), re.S)[1])["explored"]
