"""Formats for other programs, each read by a real consumer or held against what its specification requires."""

import json
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from conftest import ROOT, Runner

pytestmark = pytest.mark.native_only  # read by programs of others


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    runner = Runner(tmp_path_factory.mktemp("runs"))
    surprise = runner("run", "crash-in-lock", "--variant", "not-robust", out="surprise")
    good = runner("run", "crash-in-lock", out="good")
    yield {"surprise": surprise, "good": good}
    runner.end()


@pytest.fixture
def render(harness, runs):
    def rendered(name, kind, *more):
        ended = harness("report", runs[name].folder, "--format", kind, *more)
        assert ended.status == 0, ended.stderr
        return ended.stdout
    return rendered


def prove(text, folder):
    """What Perl's TAP::Parser makes of it: the status and the words of prove."""
    if not shutil.which("prove"):
        pytest.skip("no prove here")
    (folder / "results.tap").write_text(text)
    return subprocess.run(["prove", "-e", "cat", str(folder / "results.tap")], capture_output=True, text=True)


def test_prove_counts_a_test_for_each_case(render, runs, tmp_path):
    ended = prove(render("good", "tap"), tmp_path)
    assert ended.returncode == 0, ended.stdout
    assert f"Tests={len(runs['good'].cases())}," in ended.stdout


def test_prove_fails_for_each_surprise(render, runs, tmp_path):
    odd = [case for case in runs["surprise"].cases() if not case["as_expected"]]
    ended = prove(render("surprise", "tap"), tmp_path)
    assert ended.returncode != 0
    assert odd and f"Failed {len(odd)}/{len(runs['surprise'].cases())} subtests" in ended.stdout
    assert "Parse errors" not in ended.stdout


def test_a_trace_has_slices_within_their_case_and_the_fault_as_an_instant(render, runs):
    case = next(case for case in runs["surprise"].cases() if not case["as_expected"])
    events = json.loads(render("surprise", "trace", "--case", case["id"]))["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    whole = next(event for event in slices if event["name"] == case["id"])
    assert len(slices) > 1
    for event in slices:
        assert event["dur"] >= 0 and whole["ts"] <= event["ts"]
        assert event["ts"] + event["dur"] <= whole["ts"] + whole["dur"] + 0.001
    faults = [event for event in events if event["ph"] == "i" and event["cat"] == "fault"]
    assert [event["s"] for event in faults] == ["g"]
    named = {event["pid"] for event in events if event["ph"] == "M" and event["name"] == "process_name"}
    assert {event["pid"] for event in events} == named


def test_a_trace_of_several_cases_lets_none_overlap(render, runs):
    ids = {case["id"] for case in runs["surprise"].cases()}
    events = json.loads(render("surprise", "trace"))["traceEvents"]
    spans = sorted((event["ts"], event["ts"] + event["dur"]) for event in events if event["ph"] == "X" and event["name"] in ids)
    assert len(spans) == len(ids)
    assert all(before[1] < after[0] for before, after in zip(spans, spans[1:]))


def test_sarif_has_what_its_specification_requires(render, runs):
    log = json.loads(render("surprise", "sarif"))
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules)) and "progress" in rules
    assert {invocation["executionSuccessful"] for invocation in run["invocations"]} == {True}
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert "harness replay" in result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert (ROOT / place["artifactLocation"]["uri"]).is_file()
    odd = {case["id"] for case in runs["surprise"].cases() if not case["as_expected"]}
    told = {result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in run["results"]}
    assert told == odd


def test_sarif_says_nothing_of_what_was_expected(render):
    assert json.loads(render("good", "sarif"))["runs"][0]["results"] == []


def test_junit_is_read_by_a_library_that_others_use(runs):
    junitparser = pytest.importorskip("junitparser", reason="no python3-junitparser here")
    xml = junitparser.JUnitXml.fromfile(str(runs["surprise"].folder / "junit.xml"))
    cases = runs["surprise"].cases()
    assert xml.tests == len(cases) and xml.errors == 0
    assert xml.failures == sum(not case["as_expected"] for case in cases)
    for suite in xml:
        assert suite.tests == len(list(suite)) and suite.time >= 0


# What the strictest reader that is in wide use lets through: Jenkins' xUnit plug-in, which validates before it reads. Of
# each element its attributes and its children. GitLab and GitHub's reporters read a part of these.
STRICT = {
    "testsuites": ({"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id",
                   "package"}, {"properties", "testcase", "system-out", "system-err"}),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "assertions", "time", "classname", "status"},
                 {"skipped", "error", "failure", "system-out", "system-err"}),
    "skipped": ({"type", "message"}, set()), "error": ({"type", "message"}, set()),
    "failure": ({"type", "message"}, set()), "system-out": (set(), set()), "system-err": (set(), set()),
}


def refused_by_a_strict_reader(element):
    attributes, children = STRICT[element.tag]
    yield from (f"{element.tag}: attribute {name}" for name in element.keys() if name not in attributes)
    for child in element:
        if child.tag not in children:
            yield f"{element.tag}: {child.tag} in it"
        yield from refused_by_a_strict_reader(child)


@pytest.mark.parametrize("name", ["surprise", "good"])
def test_junit_has_nothing_that_a_strict_reader_refuses(runs, name):
    root = ElementTree.parse(runs[name].folder / "junit.xml").getroot()
    assert sorted(set(refused_by_a_strict_reader(root))) == []
    for suite in root.iter("testsuite"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp")), "local time, no zone: xs:dateTime"
        names = [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")]
        assert len(set(names)) == len(names), "GitLab takes a second one of that name for the first"


def test_formats_that_nobody_asked_for_are_not_in_the_run_folder(runs):
    names = {path.name for path in runs["good"].folder.iterdir()}
    assert names.isdisjoint({"trace.json", "results.tap", "findings.sarif"})
