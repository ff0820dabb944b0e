"""Which class of mistake is seen on which target: from the scenario's `class:` to the table that a reader gets."""

import json
import re

import pytest

from conftest import ROOT, schema
from test_sanitizers import skip_where_missing

UNSEEN = "ThreadSanitizer sees one process: its silence about memory that two share says nothing"


def cells(run):
    """What each class came to, by class and target."""
    return {row["class"]: {cell["target"]: cell for cell in row["targets"]} for row in run.report()["classes"]}


@pytest.mark.native_only
def test_a_race_is_seen_under_tsan_in_one_mapping_alone_and_the_table_says_so(harness):
    skip_where_missing("tsan")
    run = harness("run", "race-seen-in-one-mapping", "--target", "native,tsan")
    assert run.status == 0, run.stdout + run.stderr
    lines = [line.split("  ") for line in run.stdout.splitlines()]
    table = {line[0]: [word.strip() for word in line[1:] if word] for line in lines}
    assert table["class of mistake"] == ["native", "tsan"]
    assert table["relaxed-order"][1] == "caught 1 of 1" and table["relaxed-order"][0].startswith("not run [1]")
    assert table["relaxed-order-between-mappings"][1] == "not visible [2][3]"
    assert "[1] not run: " in run.stdout and "[3] not visible: ThreadSanitizer sees one process" in run.stdout
    found = cells(run)
    assert found["relaxed-order"]["tsan"]["caught"] == 1 and found["relaxed-order"]["native"]["not_run"]
    assert UNSEEN in found["relaxed-order-between-mappings"]["tsan"]["not_visible"]
    assert not list(schema("report").iter_errors(run.report()))


def test_a_run_on_one_target_has_its_table_in_the_summary_and_the_data_alone(harness):
    run = harness("run", "crash-in-lock")
    assert run.status == 0 and "class of mistake" not in run.stdout
    summary = (run.folder / "summary.md").read_text()
    assert "| stuck-behind-the-dead | waits for what only a dead one could give | caught 1 of 1 |" in summary
    assert cells(run)["unrepaired-owner-death"]["native"] == {
        "target": "native", "caught": 3, "missed": 0, "mutants": 3, "not_visible": [], "not_run": []}
    for name in ["plan", "report"]:
        assert not list(schema(name).iter_errors(json.loads((run.folder / f"{name}.json").read_text())))
    plan = json.loads((run.folder / "plan.json").read_text())
    planned = {case["variant"]: case["expected"].get("class") for case in plan["plan"]["cases"]}
    assert planned["not-robust"] == "stuck-behind-the-dead" and planned["robust"] is None


def test_a_stored_run_is_rendered_with_the_same_classes(harness):
    run = harness("run", "ring-publish-order")
    again = harness("report", run.folder, "--format", "json")
    assert json.loads(again.stdout)["classes"] == run.report()["classes"] != []
    assert cells(run)["relaxed-order"]["native"]["not_visible"]


def test_a_class_on_a_correct_variant_is_refused_with_its_place(harness):
    text = (ROOT / "scenarios" / "crash-in-lock" / "scenario.yaml").read_text()
    claimed = "  robust: { fail: progress, class: data-race }"
    wrong = re.sub(r"  robust: +pass", claimed, text, count=1)
    file = harness.scenario(wrong)
    refused = harness("run", file)
    line = wrong.splitlines().index(claimed) + 1
    assert refused.status == 64
    assert f"{file}:{line}:3: class is for a mutant, which robust is not; leave it out" in refused.stderr


def test_every_class_has_a_mutant_that_is_shipped_and_stands_in_the_schema():
    yaml = pytest.importorskip("yaml")
    known = set(json.loads((ROOT / "reports" / "schemas" / "scenario.schema.json").read_text())["$defs"]["class"]["enum"])
    planted = set()
    for path in ROOT.glob("scenarios/*/scenario.yaml"):
        for expected in (yaml.safe_load(path.read_text()).get("expect") or {}).values():
            planted |= {expected["class"]} if isinstance(expected, dict) and "class" in expected else set()
    assert planted == known
