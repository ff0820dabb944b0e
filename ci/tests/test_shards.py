"""Shards merged are the unsharded run, case for case; a diff fails on what is new alone."""

import json

import pytest

from conftest import schema

pytestmark = pytest.mark.native_only  # whole runs again and again; what merges and compares them has unit tests

# A sweep over instructions, a scenario of several subjects, and one with a known platform defect.
PLANS = {
    "mutants": ["crash-in-lock"],
    "a sweep": ["crash-in-lock", "--at", "insn:lock.held..updated", "--do", "kill", "--variant", "robust"],
    "several": ["lost-wakeup", "lock-limit", "half-closed"],
}


def told(run):
    """Of each case what does not depend on time or process numbers."""
    same = ["id", "variant", "mutant", "fault", "verdict", "expected", "as_expected", "caught_by", "residue"]
    return [(scenario["name"], scenario["target"], {key: case[key] for key in same},
             [finding["checker"] for finding in case["findings"]])
            for scenario in run.report()["scenarios"] for case in scenario["cases"]]


def shards(harness, words, count):
    return [harness("run", *words, "--shard", f"{index}/{count}", out=f"shard{index}")
            for index in range(1, count + 1)]


def merge(harness, parts, out="merged"):
    folder = harness.folder / out
    merged = harness("report", "merge", *[part.folder for part in parts], "--out", folder, out=out)
    return merged


@pytest.mark.parametrize("words", PLANS.values(), ids=PLANS)
def test_shards_merged_are_the_unsharded_run(harness, words):
    whole = harness("run", *words)
    parts = shards(harness, words, 3)
    merged = merge(harness, parts)
    assert merged.status == whole.status == 0, merged.stdout + merged.stderr
    assert all(part.status == 0 for part in parts)
    assert told(merged) == told(whole)
    assert merged.report()["totals"] == whole.report()["totals"]
    assert len({len(json.loads((part.folder / "plan.json").read_text())["plan"]["cases"]) for part in parts}) >= 1
    assert sum(len(part.history()) for part in parts) == len(merged.history())
    for name in ("plan", "verdict", "report"):
        assert list(schema(name).iter_errors(json.loads((merged.folder / f"{name}.json").read_text()))) == []


def test_a_shard_alone_is_no_report_and_passes_no_gate(harness):
    part = harness("run", "lock-limit", "--shard", "1/2")
    assert part.status == 0 and "shard 1/2" in part.stdout
    assert sorted(path.name for path in part.folder.iterdir()) == ["history.jsonl", "plan.json", "verdict.json"]
    assert list(schema("plan").iter_errors(json.loads((part.folder / "plan.json").read_text()))) == []
    policy = harness.folder / "gate.yaml"
    policy.write_text("{}")
    for words in (["report", part.folder], ["check", part.folder], ["gate", part.folder, "--policy", policy],
                  ["report", "diff", part.folder, part.folder]):
        refused = harness(*words)
        assert refused.status == 64 and "harness report merge" in refused.stderr


def test_a_missing_shard_is_never_green(harness):
    parts = shards(harness, ["crash-in-lock"], 3)
    merged = merge(harness, parts[:2])
    assert merged.status == 2 and "shard 3/3 is not among the merged runs" in merged.stdout


def test_a_shard_with_a_surprise_says_so_and_so_does_the_whole(harness):
    words = ["crash-in-lock", "--variant", "not-robust"]
    parts = shards(harness, words, 2)
    assert 1 in [part.status for part in parts]
    assert any("SURPRISE" in part.stdout and "harness replay" in part.stdout for part in parts)
    merged = merge(harness, parts)
    assert merged.status == 1 and told(merged) == told(harness("run", *words))


@pytest.mark.parametrize("wrong", ["0/3", "4/3", "3", "a/b"])
def test_a_wrong_shard_is_refused(harness, wrong):
    run = harness("run", "lock-limit", "--shard", wrong)
    assert run.status == 64 and "1/16 to 16/16" in run.stderr


def test_runs_of_several_machines_are_merged_and_replayed_from_there(harness):
    mine = harness.scenario("summary: one\nroles: { a: { command: [sh, -c, 'exit 1'] } }\n"
                            "checkers: [{ exit_status: { a: 0 } }]\n")
    one, two = harness("run", mine, out="one"), harness("run", "lock-limit", out="two")
    merged = merge(harness, [one, two])
    assert merged.status == 1
    (failed,) = [case for case in merged.cases() if not case["as_expected"]]
    assert failed["replay"].startswith(f"harness replay '{merged.folder}' --case ")
    again = harness("replay", merged.folder, out="again")
    assert again.status == 1


def test_a_diff_fails_on_new_failures_alone(harness):
    words = ["crash-in-lock", "--at", "probe:lock.held", "--do", "kill"]
    right = harness("run", *words, "--variant", "robust", out="right")
    wrong = harness("run", *words, "--variant", "not-robust", out="wrong")
    assert harness("report", "diff", right.folder, right.folder).status == 0
    same = harness("report", "diff", wrong.folder, wrong.folder)
    assert same.status == 0 and "known  crash-in-lock/native/not-robust/" in same.stdout
    worse = harness("report", "diff", right.folder, merge(harness, [right, wrong]).folder)
    assert worse.status == 1 and "NEW  crash-in-lock/native/not-robust/" in worse.stdout
    assert "replay  harness replay '" in worse.stdout
    unlike = harness("report", "diff", right.folder, wrong.folder)
    assert unlike.status == 1 and "0 cases compared" in unlike.stdout
