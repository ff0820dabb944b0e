"""The run folder: whole, valid against its schemas, and refused in words when it cannot be written."""

import json
import os
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from conftest import HARNESS, ROOT, needs_root, schema

FILES = {"plan.json", "history.jsonl", "verdict.json", "report.json", "junit.xml", "report.html", "summary.md"}
WAYS = {
    "as expected": ["lock-limit", "boost-interprocess-mutex"],
    "a surprise": ["crash-in-lock", "--variant", "not-robust"],
    "a platform defect": ["lost-wakeup"],
    "inconclusive": ["plain-c-program", "--variant", "plain-c", "--without", "ptrace"],
    "without namespaces": ["crash-in-lock", "--variant", "robust", "--without", "namespaces"],
}


@pytest.fixture(params=WAYS)
def run(harness, request):
    return harness("run", *WAYS[request.param])


def complaints(validator, value):
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in validator.iter_errors(value)][:5]


def test_a_run_leaves_its_files_and_nothing_else(run):
    assert {path.name for path in run.folder.iterdir()} == FILES


@pytest.mark.parametrize("name", ["plan", "verdict", "report"])
def test_a_file_is_valid_against_its_schema(run, name):
    assert complaints(schema(name), json.loads((run.folder / f"{name}.json").read_text())) == []


def test_every_line_of_the_history_is_valid_against_the_schema(run):
    validator = schema("event")
    assert run.history()
    assert [complaint for event in run.history() for complaint in complaints(validator, event)] == []


def test_every_case_ends_with_its_last_event_and_is_numbered_throughout(run):
    by_case = {}
    for event in run.history():
        by_case.setdefault(event["case"], []).append(event)
    assert set(by_case) == {case["id"] for case in run.cases()}
    for events in by_case.values():
        assert [event["index"] for event in events] == list(range(len(events)))
        assert [event for event in events if event.get("last")] == events[-1:]
        times = [event["time_ns"] for event in events]
        assert times == sorted(times)


def test_evidence_names_events_of_its_case(run):
    count = {}
    for event in run.history():
        count[event["case"]] = count.get(event["case"], 0) + 1
    for case in run.cases():
        for finding in case["findings"]:
            assert all(0 <= index < count[case["id"]] for index in finding.get("events", []))


def test_junit_counts_what_it_holds(run):
    root = ElementTree.parse(run.folder / "junit.xml").getroot()
    suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
    assert suites
    for suite in suites:
        held = {"tests": suite.findall("testcase")}
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            held[attribute] = [case for case in held["tests"] if case.find(tag) is not None]
        for attribute, cases in held.items():
            assert int(suite.get(attribute, 0)) == len(cases), attribute
    for attribute in ("tests", "failures", "errors", "skipped"):
        if root.get(attribute) is not None:
            assert int(root.get(attribute)) == sum(int(suite.get(attribute, 0)) for suite in suites)
    assert any(int(suite.get("failures", 0)) for suite in suites) == (run.status == 1)
    assert any(int(suite.get("errors", 0)) for suite in suites) == (run.status == 2)


def test_the_verdict_and_the_status_agree(run):
    verdict = run.report()["verdict"]
    assert run.status == {"pass": 0, "fail": 1, "inconclusive": 2}[verdict]
    assert json.loads((run.folder / "verdict.json").read_text())["complete"] is True


def test_the_summary_names_every_scenario(run):
    text = (run.folder / "summary.md").read_text()
    for scenario in run.report()["scenarios"]:
        assert scenario["name"] in text


def test_the_schemas_refuse_what_is_broken(harness):
    """A schema that accepts everything would let all of the above pass."""
    run = harness("run", "lock-limit")
    for name in ("plan", "verdict", "report"):
        value = json.loads((run.folder / f"{name}.json").read_text())
        assert complaints(schema(name), {**value, "schema": "harness-other/1"})
        assert complaints(schema(name), {key: value[key] for key in list(value)[1:]})
    event = run.history()[0]
    assert complaints(schema("event"), {**event, "kind": "rumour"})


@pytest.mark.parametrize("path", sorted(ROOT.glob("scenarios/*/scenario.yaml")), ids=lambda path: path.parent.name)
def test_every_shipped_scenario_is_valid_against_the_schema(path):
    yaml = pytest.importorskip("yaml")
    assert complaints(schema("scenario"), yaml.safe_load(path.read_text())) == []


def test_output_that_is_not_utf8_is_kept_readable(harness):
    run = harness("run", harness.scenario(r"""
summary: prints bytes that are no text
roles:
  a: { command: [printf, "\\377<&>\\001"] }
checkers: [progress, { exit_status: { a: 7 } }]
"""))
    assert run.status == 1
    assert "\N{REPLACEMENT CHARACTER}" in run.events("output")[0]["data"]["text"]
    ElementTree.parse(run.folder / "junit.xml")
    assert run.report()["verdict"] == "fail" and "\001" not in run.stdout


# --- where the record goes ----------------------------------------------------------------------------------

def test_the_default_folder_is_below_reports_with_latest_beside_it(harness):
    command = [str(HARNESS), "run", "lock-limit"]
    for _ in range(2):
        assert subprocess.run(command, cwd=harness.folder, env=harness.environment(), capture_output=True,
                              check=False).returncode == 0
    out = harness.folder / "reports" / "out"
    runs = sorted(path.name for path in out.iterdir() if path.name != "latest")
    assert len(runs) == 2
    assert (out / "latest").is_symlink() and os.readlink(out / "latest") == max(
        runs, key=lambda name: (out / name / "verdict.json").stat().st_mtime_ns)


def test_a_folder_that_holds_other_files_is_refused_and_left_alone(harness):
    other = harness.folder / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("the only copy")
    run = harness("run", "lock-limit", "--out", other)
    assert run.status == 64 and "other" in run.stderr
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    assert (other / "thesis.txt").read_text() == "the only copy"


def test_an_old_run_folder_is_taken_over_as_a_whole(harness):
    first = harness("run", "crash-in-lock", "--variant", "not-robust")
    second = harness("run", "lock-limit")
    assert (first.status, second.status) == (1, 0)
    assert {event["case"].split("/")[0] for event in second.history()} == {"lock-limit"}
    assert harness("check", second.folder).status == 0


def test_a_file_in_place_of_the_folder_is_refused(harness):
    (harness.folder / "run").write_text("a file")
    run = harness("run", "lock-limit")
    assert run.status == 64 and "--out" in run.stderr and "folder" in run.stderr
    assert (harness.folder / "run").read_text() == "a file"


def test_a_folder_that_may_not_be_written_is_refused(ordinary_harness):
    closed = ordinary_harness.folder / "closed"
    closed.mkdir(mode=0o755)
    if os.geteuid() != 0:
        closed.chmod(0o555)
    run = ordinary_harness("run", "lock-limit", "--out", closed / "run")
    assert run.status == 64 and "Permission denied" in run.stderr and "choose" in run.stderr


def on_a_small_disk(harness, kilobytes, *words):
    """Runs with a run folder on a file system of so many kilobytes, mounted for this command alone."""
    disk = harness.folder / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size={kilobytes}k none "{disk}" && exec "$@"'
    command = ["unshare", "-m", "sh", "-c", script, "sh", *harness.command(*words, "--out", disk / "run")]
    return subprocess.run(command, cwd=harness.folder, env=harness.environment(), capture_output=True, text=True,
                          check=False)


@needs_root
@pytest.mark.parametrize("kilobytes", [8, 64, 256])
def test_a_full_disk_is_the_harness_own_trouble_and_told(harness, kilobytes):
    if shutil.which("unshare") is None:
        pytest.skip("no unshare here")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("mount namespaces are denied here")
    ended = on_a_small_disk(harness, kilobytes, "run", "crash-in-lock", "--repeat", "3")
    assert ended.returncode == 70, ended.stdout + ended.stderr
    assert "No space left on device" in ended.stderr and "--out" in ended.stderr
    assert "pass" not in ended.stdout
    harness.wait_for_end_of_all()


# --- a record that was cut off ------------------------------------------------------------------------------

def test_a_history_that_was_cut_off_is_never_a_pass(harness):
    run = harness("run", "lock-limit", "--variant", "within-limit")
    assert run.status == 0
    lines = (run.folder / "history.jsonl").read_text().splitlines(keepends=True)
    for keep in (len(lines) - 1, len(lines) // 2, 0):
        (run.folder / "history.jsonl").write_text("".join(lines[:keep]))
        assert harness("check", run.folder).status == 2, f"{keep} of {len(lines)} lines"
    (run.folder / "history.jsonl").write_text("".join(lines)[:-20])
    assert harness("check", run.folder).status == 2, "the last line has no end"


def test_a_broken_line_of_a_history_is_told(harness):
    run = harness("run", "lock-limit")
    lines = (run.folder / "history.jsonl").read_text().splitlines()
    lines[3] = "{ not json"
    (run.folder / "history.jsonl").write_text("\n".join(lines) + "\n")
    refused = harness("check", run.folder)
    assert refused.status in (64, 70) and "history.jsonl" in refused.stderr and "4" in refused.stderr


def test_a_record_of_another_version_is_refused(harness):
    run = harness("run", "lock-limit")
    plan = run.folder / "plan.json"
    plan.write_text(plan.read_text().replace("harness-plan/1", "harness-plan/99"))
    refused = harness("check", run.folder)
    assert refused.status == 64 and "harness-plan/99" in refused.stderr


def test_the_binary_under_test_is_there():
    assert os.access(HARNESS, os.X_OK), "build it first: ci/quickstart"
