"""ci/class_table: the README's table of classes and targets is what runs have shown."""

import json
import shutil
import subprocess

import pytest

from conftest import ROOT
from test_sanitizers import skip_where_missing

pytestmark = pytest.mark.native_only


def cell(target, **more):
    return {"target": target, "caught": 0, "missed": 0, "mutants": 0, "not_visible": [], "not_run": []} | more


def run_folder(folder, classes, targets, notes=(), mutants_alone=()):
    """`targets`: how many cases each has. `notes`: the plan's. `mutants_alone`: the targets on which nothing else ran."""
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps({"plan": {"notes": list(notes)}}))
    scenarios = [{"target": target, "cases": [{"mutant": target in mutants_alone}] * count} for target, count in targets.items()]
    report = {"harness": {"commit": "abc"}, "scenarios": scenarios, "classes": classes}
    (folder / "report.json").write_text(json.dumps(report))
    return folder


@pytest.fixture
def checkout(tmp_path):
    """The script in a tree of its own, with a README that has the markers."""
    root = tmp_path / "tree"
    for name in ("ci/class_table", "harness/core/mistake.cpp"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "docs").mkdir()
    (root / "README.md").write_text("before\n<!-- classes: written by ci/class_table -->\nold\n<!-- /classes -->\nafter\n")
    return root


def class_table(root, *words):
    return subprocess.run([root / "ci/class_table", *words], capture_output=True, text=True)


def test_the_table_has_a_column_for_each_target_and_a_reason_where_nothing_is_seen(checkout, tmp_path):
    torn = {"class": "torn-state", "words": "a death between two stores leaves half of a change", "targets": [
        cell("native", caught=2, mutants=3), cell("tsan", mutants=1, not_visible=["one process"]), cell("model")]}
    relaxed = {"class": "relaxed-order", "words": "plain data behind a flag", "targets": [
        cell("native", mutants=1, not_visible=["x86 keeps it"]), cell("tsan", not_run=["no such build"]), cell("model", caught=1, mutants=1)]}
    run = run_folder(tmp_path / "run", [torn, relaxed], {"native": 3, "tsan": 2, "model": 1})
    assert class_table(checkout, run).returncode == 0
    text = (checkout / "README.md").read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows == ["| class of mistake | native | tsan | model |",
                    "| `relaxed-order` | unseen [1] | left out [2] | 1/1 |",  # in the order of the vocabulary
                    "| `torn-state` | 2/3 | unseen [3] | – |"]
    assert "1. x86 keeps it\n2. no such build\n3. one process\n" in text
    assert "- `torn-state`: a death between two stores leaves half of a change\n" in text
    assert "From runs of so many cases: native 3, tsan 2, model 1." in text
    assert class_table(checkout, "--check").returncode == 0


def test_targets_that_say_the_same_of_all_classes_share_a_column(checkout, tmp_path):
    words = {"class": "data-race", "words": "a lock is missing", "targets": [
        cell("native", caught=2, mutants=2), cell("asan", caught=2, mutants=2), cell("arm64", caught=1, mutants=2)]}
    assert class_table(checkout, run_folder(tmp_path / "run", [words], {"native": 2, "asan": 2, "arm64": 2})).returncode == 0
    text = (checkout / "README.md").read_text()
    assert "| class of mistake | native, asan | arm64 |\n" in text and "| `data-race` | 2/2 | 1/2 |\n" in text


def test_a_class_none_of_whose_scenarios_ran_there_has_the_plans_reasons(checkout, tmp_path):
    for name, mistake in {"lock-of-the-dead": "data-race", "other": "torn-state"}.items():
        (checkout / "scenarios" / name).mkdir(parents=True)
        (checkout / "scenarios" / name / "scenario.yaml").write_text(f"expect:\n  wrong: {{ fail: progress, class: {mistake} }}\n")
    race = {"class": "data-race", "words": "a lock is missing", "targets": [cell("native", caught=1, mutants=1)]}
    torn = {"class": "torn-state", "words": "half of a change", "targets": [cell("arm64-user", caught=1, mutants=1)]}
    runs = [run_folder(tmp_path / "native", [race], {"native": 1}),
            run_folder(tmp_path / "arm64-user", [torn], {"arm64-user": 1},
                       ["lock-of-the-dead on arm64-user: skipped: no robust lists", "lock-of-the-dead on tsan: skipped: not this"])]
    assert class_table(checkout, *runs).returncode == 0
    text = (checkout / "README.md").read_text()
    assert "| `data-race` | 1/1 | left out [1] |\n| `torn-state` | – | 1/1 |\n" in text
    assert "\n1. no robust lists\n" in text and "not this" not in text


def test_a_later_run_takes_the_place_of_its_targets_alone(checkout, tmp_path):
    words = {"class": "data-race", "words": "a lock is missing"}
    first = run_folder(tmp_path / "one", [words | {"targets": [cell("native", caught=1, mutants=1), cell("tsan", caught=1, mutants=1)]}],
                       {"native": 1, "tsan": 1})
    later = run_folder(tmp_path / "two", [words | {"targets": [cell("tsan", mutants=1, missed=1), cell("native")]}],
                       {"native": 0, "tsan": 1}, mutants_alone=["tsan"])
    assert class_table(checkout, first, later).returncode == 0
    text = (checkout / "README.md").read_text()
    assert "| 1/1 | missed |" in text
    assert "From runs of so many cases: native 1, tsan 1 (mutants alone)." in text


def test_a_run_can_be_added_for_what_the_table_says_nothing_of(checkout, tmp_path):
    for name, mistake in {"lock-of-the-dead": "torn-state", "other": "data-race", "third": "relaxed-order"}.items():
        (checkout / "scenarios" / name).mkdir(parents=True)
        (checkout / "scenarios" / name / "scenario.yaml").write_text(f"expect:\n  wrong: {{ fail: progress, class: {mistake} }}\n")
    race, torn, relaxed = ({"class": name, "words": name, "targets": [cell("native", caught=1, mutants=1)]}
                           for name in ("data-race", "torn-state", "relaxed-order"))
    race["targets"].append(cell("tsan", caught=1, mutants=1))
    known = run_folder(tmp_path / "known", [race, torn, relaxed], {"native": 3, "tsan": 1})
    more = run_folder(tmp_path / "more", [torn | {"targets": [cell("tsan", missed=1, mutants=1)]}, race | {"targets": [cell("tsan", missed=1, mutants=1)]}],
                      {"tsan": 2})
    left_out = run_folder(tmp_path / "left-out", [], {}, ["third on tsan: skipped: one mapping", "third on lsan: skipped: unknown"])
    (left_out / "report.json").unlink()
    assert class_table(checkout, known).returncode == 0
    assert class_table(checkout, "--add", more, left_out).returncode == 0
    text = (checkout / "README.md").read_text()
    rows = {line.split(" | ")[0]: line.split(" | ")[1:] for line in text.splitlines() if line.startswith("| `")}
    assert rows == {"| `data-race`": ["1/1", "1/1 |"], "| `torn-state`": ["1/1", "missed |"], "| `relaxed-order`": ["1/1", "left out [1] |"]}
    assert "native 3, tsan 3." in text


def test_a_table_that_was_changed_by_hand_is_found(checkout, tmp_path):
    words = {"class": "data-race", "words": "a lock is missing", "targets": [cell("native", caught=1, mutants=2)]}
    class_table(checkout, run_folder(tmp_path / "run", [words], {"native": 1}))
    readme = checkout / "README.md"
    readme.write_text(readme.read_text().replace("| 1/2 |", "| 2/2 |"))
    check = class_table(checkout, "--check")
    assert check.returncode == 1 and "run ci/class_table" in check.stderr


def test_the_table_of_this_readme_is_what_its_runs_have_shown():
    if not (ROOT / "docs/classes.json").exists():
        pytest.skip("no run has been taken into docs/classes.json")
    check = class_table(ROOT, "--check")
    assert check.returncode == 0, check.stderr


def test_for_another_target_a_case_of_each_mutant_with_a_class_is_chosen_that_is_planned_there(harness):
    skip_where_missing("asan")
    run = harness("run", "crash-in-lock")
    told = subprocess.run([ROOT / "ci/class_table", "--cases", run.folder, "native", "asan"], capture_output=True, text=True, check=True)
    chosen = [line.removeprefix("--case ").strip("'") for line in told.stdout.splitlines()]
    assert [identity.split("/")[:2] for identity in chosen] == [["crash-in-lock", "asan"]] * len(chosen)
    assert sorted(identity.split("/")[2] for identity in chosen) == sorted({case["variant"] for case in run.cases() if case["mutant"]})
    assert set(chosen) < {case["id"].replace("/native/", "/asan/") for case in run.cases()}
