"""pytest plug-in: scenario files as tests, and a fixture that breaks a program for a test of yours.

    PYTHONPATH=ci/pytest_plugin python3 -m pytest -p harness_pytest path/with/scenarios
    python3 -m pytest path/with/scenarios                  where harness is installed: it registers itself

Every scenario.yaml (and NAME.scenario.yaml) is collected: one item for each case of its plan, named by the case's
id, and one for each mutant that must be caught. A case that comes out as expected passes; one that does not fails
with its findings and the line that replays it; one that could not be judged is an error; one that cannot run here
is skipped with its reason. A file runs once, however many of its items are chosen, and only with the chosen cases.
Markers: harness, mutant, the scenario's mechanism and the target (with _ for -).

    --harness PROGRAM           or ini `harness`, or HARNESS, or the one on the PATH
    --harness-target T[,T…]     or ini `harness_targets`: the items of each target

The fixture `harness` runs a scenario, or a command of yours with a fault, and hands back a Run:

    def test_the_broker_outlives_a_worker(harness):
        run = harness.program(["./worker", "{tmp}/b"], fault="syscall:write/enter#3=kill")
        assert run.verdict == "pass" and run.events("fault")
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SKIPPED = re.compile(r"^(?P<scenario>.*) on (?P<target>[^ ]+): skipped: (?P<why>.*)$", re.S)
CHECKERS = ["progress", "no_residue"]


class HarnessError(Exception):
    """The harness could not do what it was asked for: its own words."""


def tell(text):
    """Ends a test with these words alone: in its call a failure, in its setup an error."""
    pytest.fail(text, pytrace=False)


# --- the harness as a program -------------------------------------------------------------------------------

def harness_program(config):
    named = config.getoption("harness_program") or config.getini("harness") or os.environ.get("HARNESS")
    found = shutil.which(named or "harness")
    if found is None:
        raise pytest.UsageError(f"no harness program: {named or 'harness'} is not there; name it with --harness")
    return os.path.abspath(found)


def call(config, *words, cwd=None):
    command = [harness_program(config), *map(str, words)]
    return subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace")


def call_or_raise(config, *words, statuses=(0,), cwd=None):
    ended = call(config, *words, cwd=cwd)
    if ended.returncode not in statuses:
        raise HarnessError(ended.stderr.strip() or f"harness {words[0]} ended with {ended.returncode}")
    return ended


@dataclass(frozen=True)
class Run:
    """A run that has ended, as its run folder tells it."""

    status: int
    stdout: str
    stderr: str
    folder: Path  # of the run: report.json, history.jsonl …
    files: Path  # where a command of yours ran, with what it left there

    @property
    def report(self):
        return json.loads((self.folder / "report.json").read_text())

    @property
    def verdict(self):
        return self.report["verdict"]

    @property
    def cases(self):
        return [case for scenario in self.report["scenarios"] for case in scenario["cases"]]

    @property
    def findings(self):
        return [finding for case in self.cases for finding in case["findings"]]

    @property
    def history(self):
        return [json.loads(line) for line in (self.folder / "history.jsonl").read_text().splitlines()]

    @property
    def skipped(self):
        return self.report["totals"]["left_out"]

    def events(self, kind, role=None):
        return [event for event in self.history
                if event["kind"] == kind and role in (None, event.get("role"))]

    def output(self, role, stream="stdout"):
        """What a role wrote, over all cases."""
        return "".join(event["data"].get("text", "") for event in self.events("output", role)
                       if event["name"] == stream)


def options_of(options):
    """at="probe:a", target=["native", "asan"] → --at probe:a --target native --target asan."""
    words = []
    for name, value in options.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            words += ["--" + name.replace("_", "-"), str(one)]
    return words


def fault_of(text, victim):
    """syscall:write/enter#3=kill → the fault as a scenario has it."""
    point, equals, action = text.rpartition("=")
    if not equals:
        raise HarnessError(f'fault "{text}": write POINT=ACTION, such as syscall:write/enter#3=kill')
    point, _, arrival = point.partition("#")
    fault = {"victim": victim, "at": point, "do": action}
    if arrival:
        fault["arrival"] = int(arrival) if arrival.isdigit() else arrival
    return fault


class Harness:
    """What the fixture `harness` is."""

    def __init__(self, config, folder):
        self.config = config
        self.folder = folder
        self.runs = 0

    def run(self, scenario, **options):
        """A scenario by name or path, with the options of `harness run`: run("crash-in-lock", variant="robust")."""
        self.runs += 1
        out = self.folder / f"harness-run-{self.runs}"
        ended = call(self.config, "run", scenario, "--out", out, *options_of(options), cwd=self.folder)
        if not (out / "report.json").exists():
            if ended.returncode == 77:
                pytest.skip(ended.stderr.strip())
            raise HarnessError(ended.stderr.strip())
        run = Run(ended.returncode, ended.stdout, ended.stderr, out, self.folder)
        if ended.returncode == 77:
            pytest.skip("; ".join(run.skipped) or "nothing could run here")
        return run

    def program(self, command, fault=None, checkers=CHECKERS, roles=None, victim="program", **keys):
        """A command of yours as the role `program`, in the test's own folder, beside other `roles`. `fault` is
        POINT#ARRIVAL=ACTION, or the mapping that a scenario has; `keys` are further ones of the scenario."""
        if isinstance(fault, str):
            fault = fault_of(fault, victim)
        scenario = {"summary": "a command of a test", "roles": {**(roles or {}), "program": {"command": [
            str(word) for word in command]}}, "faults": [fault or "none"], "checkers": list(checkers), **keys}
        path = self.folder / f"program-{self.runs + 1}.yaml"
        path.write_text(json.dumps(scenario, indent=1))  # JSON is YAML
        return self.run(path)


@pytest.fixture
def harness(request, tmp_path):
    return Harness(request.config, tmp_path)


# --- scenario files as tests --------------------------------------------------------------------------------

def pytest_addoption(parser):
    group = parser.getgroup("harness")
    group.addoption("--harness", dest="harness_program", help="the harness program (default: the one on the PATH)")
    group.addoption("--harness-target", dest="harness_targets", action="append", default=[], metavar="T[,T]",
                    help="targets to run scenario files on (default: native)")
    parser.addini("harness", "the harness program")
    parser.addini("harness_targets", "targets to run scenario files on", type="linelist")


def pytest_configure(config):
    config.stash[RUNS] = {}


def targets_of(config):
    words = config.getoption("harness_targets") or config.getini("harness_targets") or ["native"]
    return [target for word in words for target in word.replace(",", " ").split()]


def pytest_collect_file(file_path, parent):
    if file_path.name == "scenario.yaml" or file_path.name.endswith(".scenario.yaml"):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


RUNS = pytest.StashKey()  # of a session: what each file came to


class ScenarioFile(pytest.File):
    """A scenario file: an item for each case of its plan, for each target."""

    def collect(self):
        self.planned = {}
        for target in targets_of(self.config):
            yield from self.items_on(target)

    def items_on(self, target):
        try:
            ended = call_or_raise(self.config, "plan", self.path, "--target", target, "--json")
        except HarnessError as error:
            raise self.CollectError(str(error)) from None
        plan = json.loads(ended.stdout)
        self.planned[target] = {case["id"] for case in plan["cases"]}
        if not plan["cases"]:
            yield self.item(Skipped, target, target, reason="; ".join(plan["notes"]) or "no cases")
        mutants = {}
        for case in plan["cases"]:
            name = case["id"].removeprefix(case["scenario"] + "/")
            yield self.item(CaseItem, name, target, case=case)
            if case["mutant"] and "fail" in case["expected"]:
                mutants.setdefault(case["variant"], []).append(case)
        for variant, cases in mutants.items():
            name = f"{target}/mutant {variant} is caught by {cases[0]['expected']['fail']}"
            yield self.item(CatchItem, name, target, cases=cases)

    def item(self, kind, name, target, **values):
        item = kind.from_parent(self, name=name, target=target, **values)
        for name in filter(None, item.markers()):
            marker = re.sub(r"\W", "_", name)
            line = f"{marker}: cases of {name}"
            if line not in self.config.getini("markers"):
                self.config.addinivalue_line("markers", line)
            item.add_marker(marker)
        return item


class ScenarioItem(pytest.Item):
    """What items of a scenario file have in common. They are judged in their setup where that fails to give a
    verdict, so that pytest tells an inconclusive case as an error and not as a failure."""

    def __init__(self, *, target, **rest):
        super().__init__(**rest)
        self.target = target

    def markers(self):
        return ["harness", self.target]

    def planned(self):
        """The cases that the item needs to have run."""
        return []

    def reportinfo(self):
        return self.path, None, f"{self.path.parent.name}/{self.name}"


class Skipped(ScenarioItem):
    """A scenario of which nothing can run on a target."""

    def __init__(self, *, reason, **rest):
        super().__init__(**rest)
        self.reason = reason

    def runtest(self):
        pytest.skip(self.reason)


class CaseItem(ScenarioItem):
    """One case; of a sweep, which is one case of the plan, all that it came to be."""

    def __init__(self, *, case, **rest):
        self.case = case
        super().__init__(**rest)

    def planned(self):
        return [self.case]

    def markers(self):
        return [*super().markers(), self.case["mechanism"], *(["mutant"] if self.case["mutant"] else [])]

    def setup(self):
        found = result_of(self).cases(self.case)
        self.surprises = [case for case in found if not case["as_expected"]]
        doubts = [case for case in self.surprises if case["verdict"] != "fail"]
        if doubts and len(doubts) == len(self.surprises):
            tell("\n".join(map(story_of, doubts)))

    def runtest(self):
        if self.surprises:
            tell("\n".join(story_of(case) for case in self.surprises if case["verdict"] == "fail"))


class CatchItem(ScenarioItem):
    """That a mutant is caught, in one at least of its cases."""

    def __init__(self, *, cases, **rest):
        self.cases = cases
        super().__init__(**rest)

    def planned(self):
        return self.cases

    def markers(self):
        return [*super().markers(), self.cases[0]["mechanism"], "mutant"]

    def setup(self):
        found = [case for planned in self.cases for case in result_of(self).cases(planned, may_be_skipped=True)]
        if not found:
            result_of(self).cases(self.cases[0])  # skips, with the reason
        self.caught = any(case["verdict"] == "fail" and case["as_expected"] for case in found)
        self.replay = found[0]["replay"]
        if self.caught:
            return
        if any(case["verdict"] == "inconclusive" for case in found):
            tell("no case showed the mistake, and not all could be judged")
        if len(found) < len(self.cases) or any(case["expected"].startswith("not") for case in found):
            pytest.skip("not all of its cases can run here")

    def runtest(self):
        if not self.caught:
            tell(f"no case showed the mistake\nreplay  {self.replay}")


def story_of(case):
    lines = [case["id"], f"expected {case['expected']}, got {case['verdict']}"]
    lines += [f"  {finding['checker']}: {finding['message']}" for finding in case["findings"]]
    return "\n".join([*lines, f"replay  {case['replay']}"])


# --- running a file, once -----------------------------------------------------------------------------------

class FileResult:
    """What a scenario file came to on a target: its report."""

    def __init__(self, folder, error):
        self.folder = folder
        self.error = error
        path = folder / "report.json"
        self.report = json.loads(path.read_text()) if path.exists() else None

    def cases(self, planned, may_be_skipped=False):
        if self.report is None:
            tell(self.error)
        wanted = planned["id"].split("#every")
        found = [case for scenario in self.report["scenarios"] for case in scenario["cases"]
                 if case["id"] == planned["id"]
                 or (len(wanted) == 2 and case["id"].startswith(wanted[0] + "#") and case["id"].endswith(wanted[1]))]
        if found or may_be_skipped:
            return found
        for note in self.report["totals"]["left_out"]:
            skipped = SKIPPED.match(note)
            if skipped and skipped["scenario"] == planned["scenario"] and skipped["target"] == planned["target"]:
                pytest.skip(skipped["why"])
        tell(f"{planned['id']} was planned, but has no result")


def chosen_items(item):
    return [one for one in item.session.items
            if isinstance(one, ScenarioItem) and one.path == item.path and one.target == item.target]


def result_of(item):
    """The file's result, from the one run that it gets in this session; the workers of xdist share it."""
    runs = item.config.stash[RUNS]
    key = (item.path, item.target)
    if key not in runs:
        runs[key] = run_of(item)
    return runs[key]


def run_of(item):
    ids = {case["id"] for one in chosen_items(item) for case in one.planned()}
    base = item.config._tmp_path_factory.getbasetemp()
    if hasattr(item.config, "workerinput"):
        base = base.parent
    name = hashlib.sha256(f"{item.path} {item.target}".encode()).hexdigest()[:16]
    folder = base / "harness-runs" / name
    folder.parent.mkdir(exist_ok=True)
    said = folder.with_suffix(".said")
    with open(folder.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            ended = call(item.config, "run", item.path, "--target", item.target, "--out", folder,
                         *case_options(item, ids))
            said.write_text(ended.stderr.strip() or f"harness run ended with {ended.returncode}")
    return FileResult(folder, said.read_text())


def case_options(item, ids):
    """Nothing when all of the file is chosen."""
    return [] if ids == item.parent.planned[item.target] else [word for one in sorted(ids) for word in ("--case", one)]
