"""The pytest plug-in: scenario files as tests, and the fixture, in a pytest of its own on the real binary."""

import importlib.util
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from conftest import HARNESS, ROOT, LAST_NET_S

pytestmark = pytest.mark.native_only  # the plug-in drives the harness as these tests do

RIGHT = """
summary: a shell is killed before it writes
roles: { a: { command: [sh, -c, "echo one; echo two"] } }
faults:
  - none
  - { victim: a, at: "syscall:write/enter", arrival: [1, 2], do: kill }
checkers: [progress, no_residue]
"""
WRONG = RIGHT.replace("[progress, no_residue]", "[{ exit_status: { a: 3 } }]")
DOUBTFUL = RIGHT.replace("arrival: [1, 2]", "arrival: 50")
SKIPPED = RIGHT + "programs: { no-such-program: none }\n"


class Pytest:
    """Runs pytest in a folder of its own, with the plug-in from the source tree."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def __call__(self, *words):
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "harness_pytest", "-p", "no:cacheprovider", "-rA", "--harness",
             str(HARNESS), f"--basetemp={self.folder / 'base'}", f"--rootdir={self.folder}",
             "--junitxml", str(self.folder / "junit.xml"), *words],
            cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT / "ci" / "pytest_plugin")},
            capture_output=True, text=True, timeout=LAST_NET_S)
        self.output = ended.stdout + ended.stderr
        return ended.returncode

    def outcomes(self):
        """Of each item, by name: passed, failed, error or skipped, as --junitxml has it."""
        tags = {"failure": "failed", "error": "error", "skipped": "skipped"}
        found = {}
        for case in ElementTree.parse(self.folder / "junit.xml").iter("testcase"):
            held = [tags[child.tag] for child in case if child.tag in tags]
            found[case.get("name")] = held[0] if held else "passed"
        return found

    def runs(self):
        return sorted((self.folder / "base").glob("harness-runs/*/plan.json"))


@pytest.fixture
def tests(tmp_path):
    return Pytest(tmp_path)


def test_every_case_is_an_item_with_the_outcome_that_it_had(tests):
    for name, text in {"right": RIGHT, "wrong": WRONG, "doubtful": DOUBTFUL, "skipped": SKIPPED}.items():
        tests.write(f"{name}.scenario.yaml", text)
    assert tests() == 1, tests.output
    case = "native/program/a@syscall:write/enter"
    for line in (f"PASSED right.scenario.yaml::{case}=kill", f"PASSED right.scenario.yaml::{case}#2=kill",
                 "FAILED wrong.scenario.yaml::native/program/no-fault",
                 f"ERROR doubtful.scenario.yaml::{case}#50=kill", "PASSED doubtful.scenario.yaml::native/program/no-fault",
                 "there is no no-such-program here"):
        assert line in tests.output
    assert "exit_status: " in tests.output and "replay  harness replay " in tests.output
    assert "1 failed, 6 passed, 1 skipped, 1 error" in tests.output
    assert len(tests.runs()) == 3, "one run for each file that can run"


def test_only_chosen_cases_run(tests):
    tests.write("right.scenario.yaml", RIGHT)
    assert tests("-k", "no-fault") == 0, tests.output
    assert list(tests.outcomes()) == ["native/program/no-fault"]
    (plan,) = tests.runs()
    assert plan.read_text().count('"id": "right.scenario/') == 1


def test_x_stops_at_the_first_surprise(tests):
    tests.write("wrong.scenario.yaml", WRONG)
    assert tests("-x") == 1
    assert list(tests.outcomes().values()) == ["failed"]


def test_mutants_are_items_and_so_is_their_catch_and_markers_choose(tests):
    shipped = ROOT / "scenarios" / "lock-limit" / "scenario.yaml"
    report = ROOT / "scenarios" / "crash-in-lock" / "scenario.yaml"
    assert tests(str(shipped), "--strict-markers", "-m", "shm_mutex and native") == 0, tests.output
    assert tests(str(report), "-k", "not-robust and caught") == 0, tests.output
    assert list(tests.outcomes()) == ["native/mutant not-robust is caught by progress"]


def test_junit_agrees_with_the_harness_itself(tests, harness):
    tests.write("mine/scenario.yaml", WRONG)
    run = harness("run", tests.folder / "mine" / "scenario.yaml")
    tests()
    own = {case.get("name"): bool(list(case.iter("failure")))
           for case in ElementTree.parse(run.folder / "junit.xml").iter("testcase")}
    assert len(own) == len(tests.outcomes())
    assert sorted(own.values()) == sorted(outcome == "failed" for outcome in tests.outcomes().values())


def test_a_wrong_scenario_is_an_error_with_its_place(tests):
    tests.write("scenario.yaml", RIGHT.replace("faults:", "fautls:"))
    assert tests() != 0
    assert "scenario.yaml:4:1: " in tests.output and "did you mean faults?" in tests.output


def test_items_are_spread_over_workers_and_a_file_still_runs_once(tests):
    if importlib.util.find_spec("xdist") is None:
        pytest.skip("no pytest-xdist here")
    tests.write("right.scenario.yaml", RIGHT)
    assert tests("-n", "2") == 0, tests.output
    assert list(tests.outcomes().values()) == ["passed"] * 3
    assert len(tests.runs()) == 1


FIXTURE = '''
import pytest


def test_a_command_with_a_fault(harness):
    run = harness.program(["sh", "-c", "echo one > made; echo two"], fault="syscall:write/enter#2=kill")
    assert run.verdict == "pass" and run.status == 0, run.stdout
    assert [event["name"] for event in run.events("fault")] == ["kill"]
    assert (run.files / "made").read_text() == "one\\n"
    assert run.output("program") == ""


def test_a_shipped_scenario(harness):
    run = harness.run("crash-in-lock", variant="not-robust", at="probe:lock.held")
    assert run.verdict == "fail" and run.findings[0]["checker"] == "progress"


def test_what_is_wrong(harness):
    with pytest.raises(Exception, match="did you mean progress"):
        harness.program(["true"], checkers=["progres"])


def test_what_fails(harness):
    assert harness.program(["sh", "-c", "exit 3"], checkers=[{"exit_status": {"program": 0}}]).verdict == "pass"
'''


def test_the_fixture_hands_back_history_verdict_and_files(tests):
    tests.write("test_mine.py", FIXTURE)
    assert tests() == 1, tests.output
    assert tests.outcomes() == {"test_a_command_with_a_fault": "passed", "test_a_shipped_scenario": "passed",
                                "test_what_is_wrong": "passed", "test_what_fails": "failed"}
