"""Target model: all executions of a variant's template, and what is wrong in one of them."""

import importlib.util
import json
import re
import shlex
import subprocess

import pytest

from conftest import BUILD, HARNESS, ROOT, Runner, schema

pytestmark = [pytest.mark.native_only,
              pytest.mark.skipif(not (BUILD / "subjects/shm-ring/model").is_dir(), reason="this build has no model programs")]


def picture_of(run, case_id):
    """What the page draws of a case: reports/viewer/src/data.ts has its shape."""
    page = (run.folder / "report.html").read_text()
    data = json.loads(re.search(r'<script[^>]*id="run"[^>]*>(.*?)</script>', page, re.S)[1])
    number = next(i for i, case in enumerate(data["cases"]) if case["id"] == case_id)
    return data["cases"][number], data["pictures"][str(number)]


def findings_of(run, variant):
    return [finding["message"] for case in run.cases() if case["variant"] == variant for finding in case["findings"]]


def test_a_right_ring_passes_and_the_report_says_how_much_was_explored(harness):
    run = harness("run", "ring-publish-order", "--target", "model")
    assert run.status == 0, run.stdout
    explored = {case["id"]: case["explored"] for case in run.cases() if case["variant"] == "spsc"}
    assert set(explored) == {"ring-publish-order/model/spsc/all-executions", "ring-publish-order/model/spsc/deaths"}
    for one in explored.values():
        assert one["complete"] and one["executions"] > 10_000
        assert one["bound"]["slots"] == 2
        assert one["bound"]["items"] == 4
    assert explored["ring-publish-order/model/spsc/deaths"]["bound"]["deaths"] == 1
    assert "### Explored executions" in (run.folder / "summary.md").read_text()
    for limit in ("load buffering", "a state that no compiler makes", "a weak compare-exchange", "accesses of mixed size", "consume"):
        assert limit in run.limits()


@pytest.mark.parametrize("scenario, cases, caught", [
    ("ring-publish-order", "*", {"relaxed-publish": "data race: consumer reads slot 0's length"}),
    ("sequence-lock-torn-read", "*", {"seqlock-relaxed": "a record was read that nobody wrote",
                                      "seqlock-looks-once": "a record was read that nobody wrote",
                                      "seqlock-reads-odd": "a record was read that nobody wrote",
                                      "seqlock-made-even": "a record was read that nobody wrote"}),
    ("wake-up-passes-publish", "*", {"doorbell-without-fence": "deadlock"}),
    ("ring-side-dies", "*", {"waits-for-ever": "deadlock"}),
    ("producer-dies-in-reservation", "*/deaths", {"mpsc-stuck-at-hole": "deadlock", "mpsc-takes-reserved": "data race"}),
    ("journal-writer-dies", "*", {"journal-two-stores": "a record was read that nobody wrote"}),
    ("news-before-sleep", "*", {"waits-on-what-is-there": "deadlock", "wakes-first": "deadlock"}),
    ("heirs-of-a-lock", "*", {"no-repair": "a record was read that nobody wrote",
                                     "no-consistent": "the mutex is of no use to anybody any more",
                                     "repair-not-idempotent": "a record was read that nobody wrote",
                                     "not-robust": "deadlock", "unkept-order": "a record was read that nobody wrote"}),
    ("race-between-processes", "*", {"pair-relaxed": "data race: reader reads number",
                                     "pair-relaxed-two-mappings": "data race: reader reads number",
                                     "pair-relaxed-two-processes": "data race: reader reads number",
                                     "pair-no-release-fence": "data race: reader reads number",
                                     "pair-no-acquire-fence": "data race: reader reads number"}),
    ("race-seen-in-one-mapping", "*", {"pair-relaxed-two-mappings": "data race", "pair-relaxed-two-processes": "data race"}),
    ("race-in-recovery", "*", {"counts-unlocked": "data race: heir writes recoveries", "counts-in-two-orders": "deadlock"}),
    ("lost-updates", "*", {"plain": "an update is lost", "checks-then-adds": "an update is lost"}),
    ("unlock-too-early", "*", {"early-unlock": "data race: second reads field 1"}),
    ("one-of-many-producers-dies", "*", {"mpsc-relaxed-commit": "data race", "mpsc-waits-for-ever": "deadlock"}),
])
def test_each_mistake_is_found_and_its_right_twin_passes(harness, scenario, cases, caught):
    run = harness("run", scenario, "--target", "model", "--case", cases)
    assert run.status == 0, run.stdout
    for case in run.cases():
        assert case["mutant"] or case["verdict"] == "pass", case
    for variant, mistake in caught.items():
        found = findings_of(run, variant)
        assert found and all(mistake in message for message in found), (variant, found)


def test_a_variant_without_a_model_program_is_left_out_by_name(harness):
    run = harness("plan", "one-of-many-producers-dies", "--target", "model")
    assert run.status == 0, run.stderr
    assert "without a model program: mpsc-impatient" in run.stdout


def test_a_scenario_without_model_programs_is_skipped(harness):
    run = harness("run", "boost-message-queue", "--target", "model")
    assert run.status == 77
    assert "none of its variants has a model program" in run.stdout


def test_a_failing_execution_is_run_again_and_its_trace_shown(harness):
    run = harness("replay", "ring-publish-order/model/relaxed-publish/all-executions")
    assert run.status == 1, run.stdout
    assert "data race" in run.stdout
    assert "head = 1, relaxed" in run.stdout, "the story is the trace"
    command = findings_of(run, "relaxed-publish")[0].split("its trace: ")[1]
    again = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True)
    lines = again.stdout.splitlines()
    assert lines[0].startswith("data race: consumer reads slot 0's length")
    assert lines[1].split() == ["producer", "consumer"]
    assert any(line.startswith("head = 1, relaxed") for line in lines)
    assert any(line.startswith(" " * 40) and "slot 0's length" in line for line in lines), "the consumer has a column of its own"


def test_an_exploration_that_is_cut_short_is_inconclusive(harness):
    run = harness("run", "ring-publish-order", "--variant", "spsc", "--target", "model", env={"HARNESS_MODEL_MOST": "5"})
    assert run.status == 2, run.stdout
    assert "cut short after 5 executions" in run.stdout


def test_nothing_is_left_to_explore_there(harness):
    run = harness("explore", "ring-publish-order", "--target", "model")
    assert run.status == 64
    assert "harness run --target model" in run.stderr


def test_the_shipped_targets_name_it():
    told = subprocess.run([HARNESS, "list", "targets"], capture_output=True, text=True, check=True)
    assert any(line.split()[0] == "model" for line in told.stdout.splitlines() if line.strip())


def test_its_files_are_valid_against_their_schemas(harness):
    run = harness("run", "ring-publish-order", "--target", "model", "--variant", "relaxed-publish")
    for name in ("plan", "verdict", "report"):
        text = json.loads((run.folder / f"{name}.json").read_text())
        assert [error.message[:200] for error in schema(name).iter_errors(text)] == []


def test_a_mutant_that_is_tried_as_a_program_fails_on_the_model_too(harness):
    run = harness("run", "ring-publish-order", "--target", "model", "--variant", "relaxed-publish")
    assert run.status == 1, run.stdout
    assert "expected pass, got fail: model_clean" in " ".join(run.stdout.split())


@pytest.mark.parametrize("words", [["--at", "probe:item.written"], ["--do", "kill"], ["--subject", "/bin/true"]])
def test_what_says_nothing_to_a_model_is_refused(harness, words):
    run = harness("run", "ring-publish-order", "--target", "model", *words)
    assert run.status == 64
    assert "target model has no faults" in run.stderr


def test_the_order_of_plain_stores_is_lost_by_a_compiler_alone(harness):
    run = harness("run", "heirs-of-a-lock", "--target", "model", "--case", "*unkept-order/*")
    verdicts = {case["id"].rsplit("/", 1)[1]: case["verdict"] for case in run.cases()}
    assert verdicts == {"all-executions": "pass", "deaths": "pass", "reordered-deaths": "fail"}


def test_a_recovery_is_wrong_only_where_somebody_dies_and_each_has_the_lock_that_the_other_waits_for(harness):
    run = harness("run", "race-in-recovery", "--target", "model")
    verdicts = {tuple(case["id"].split("/")[2:]): case["verdict"] for case in run.cases()}
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "pass"} == {
        ("counts-unlocked", "deaths"): "fail", ("counts-in-two-orders", "deaths"): "fail"}
    case = next(case for case in run.cases() if case["variant"] == "counts-in-two-orders" and case["verdict"] == "fail")
    heir, report = ([step for step in case["explored"]["trace"] if step["thread"] == thread] for thread in ("heir", "heir's report"))
    assert [step["text"] for step in heir[-2:]] == ["count_lock: 0 => 1, acquire", "waits for ever: report_lock"]
    assert [step["text"] for step in report] == ["report_lock: 0 => 1, acquire", "waits for ever: count_lock"]


@pytest.fixture(scope="module")
def relaxed(tmp_path_factory):
    runner = Runner(tmp_path_factory.mktemp("relaxed"))
    yield runner("run", "ring-publish-order", "--target", "model", "--case", "*/all-executions")
    runner.end()


RELAXED = "ring-publish-order/model/relaxed-publish/all-executions"


def test_each_step_of_the_failing_execution_is_an_event_of_its_thread(relaxed):
    steps = [event for event in relaxed.events("note") if event["name"] == "step" and event["case"] == RELAXED]
    assert [step["data"]["step"] for step in steps] == list(range(len(steps)))
    assert {step["role"] for step in steps} == {"producer", "consumer"}
    publish = next(step for step in steps if step["data"].get("place") == "head" and step["data"]["kind"] == "store")
    assert publish["data"]["order"] == "relaxed" and publish["data"]["value"] == 1
    assert publish["data"]["text"] == "head = 1, relaxed"
    seen = next(step for step in steps if step["role"] == "consumer" and step["data"].get("place") == "head")
    source = steps[seen["data"]["from"]]
    assert source["role"] == "producer" and source["data"]["value"] == seen["data"]["value"] > 0
    assert steps[-1]["data"]["kind"] == "read" and steps[-1]["data"]["place"] == "slot 0's length"


def test_the_report_has_the_failing_execution_as_data_and_its_last_step_as_evidence(relaxed):
    case = next(case for case in relaxed.cases() if case["id"] == RELAXED)
    trace = case["explored"]["trace"]
    assert trace[-1]["text"].startswith("slot 0's length -> ")
    writer, reader = case["findings"][0]["events"]
    by_event = {step["event"]: step for step in trace}
    assert by_event[writer]["thread"] == "producer" and by_event[writer]["place"] == "slot 0's length"
    assert by_event[reader] == trace[-1]
    right = next(case for case in relaxed.cases() if case["variant"] == "spsc")
    assert "trace" not in right["explored"] and right["explored"]["states"] >= 1


def test_the_page_lays_the_failing_execution_out_by_its_steps(relaxed):
    case, picture = picture_of(relaxed, RELAXED)
    assert picture["steps"] and [lane["name"] for lane in picture["lanes"]] == ["producer", "consumer"]
    words = [span[2] for span in picture["spans"]]
    assert "head = 1, relaxed" in words and any(word.startswith("head -> 1") for word in words)
    by_event = {event[0]: event for event in picture["events"]}
    assert any(by_event[write][4].startswith("head = 2") and by_event[read][4].startswith("head -> 2")
               for write, read in picture["links"])
    assert any(track["name"] == "head" for track in picture["objects"])
    assert re.match(r"explored [0-9]+ executions with .*2 slots", case["explored"])


def test_a_death_of_the_model_is_drawn_as_what_struck_it(harness):
    run = harness("run", "journal-writer-dies", "--target", "model", "--case", "*/deaths")
    _, picture = picture_of(run, "journal-writer-dies/model/journal-two-stores/deaths")
    lanes = {lane["name"]: lane for lane in picture["lanes"]}
    assert lanes["writer"]["struck"] and lanes["writer"]["ended"] == "died" and not lanes["heir"]["struck"]
    assert [event[3] for event in picture["events"]].count("fault") == 1


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_model", ROOT / "ci/bench/model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bench_says_each_bound_beside_its_figure_and_which_is_broken(bench):
    def judged(name, executions, cut, seconds):
        return bench.judged(name, {"executions": executions, "cut": cut}, seconds)
    assert judged("poll-deaths-4", 3705, 676, 0.5) == ("4381 < 167910", "0.500 < 5", "7410")
    assert judged("poll-deaths-4", 160000, 7910, 5) == ("167910 NOT < 167910", "5.000 NOT < 5", "32000")
    assert judged("poll-6", 33807, 7775, 0.1)[2] == "338070 >= 200000"
    assert judged("poll-6", 33807, 7775, 0.2)[2] == "169035 NOT >= 200000"
    assert judged("shm-ring/spsc deaths", 900000, 0, 6) == ("900000", "6.000 NOT < 5", "150000 NOT >= 200000")
    assert judged("shm-ring/mpsc deaths", 10, 0, 6) == ("10", "6.000", "2"), "which has no bounds"


def test_the_bench_fails_when_a_bound_is_broken_or_was_not_measured(bench, monkeypatch, capsys):
    monkeypatch.setattr(bench.subprocess, "run", lambda *_, **__: None)
    monkeypatch.setattr(bench.sys, "argv", ["model.py", "3"])
    told = {"executions": 100000, "cut": 0, "states": 1, "complete": True}
    bounded = ["poll-6", "poll-deaths-4", "shm-ring/spsc deaths"]

    def ended(names, seconds, **other):
        monkeypatch.setattr(bench, "programs", lambda: [(name, "program", name) for name in names])
        monkeypatch.setattr(bench, "measured", lambda *_: (told | other, seconds, seconds))
        return bench.main(), capsys.readouterr().out
    assert ended(bounded, 0.4)[0] == 0
    for status, out in (ended(bounded, 6), ended(bounded, 0.6), ended(bounded, 0.1, cut=70000), ended(bounded, 0.1, complete=False),
                        ended(bounded[:1], 0.1)):
        assert status == 1 and "broken bound: " in out and "NOT" in out
