"""The gate on real runs: open only when all that the policy asks for was shown. Rule by rule: report/gate_test.cpp."""

import json

import pytest

from conftest import ROOT, schema

POLICY = """
require: { scenarios: [lock-limit], targets: [native] }
minimum: { cases: 1, checks: 1, points: 1% }
"""


def policy(harness, text, name="gate.yaml"):
    path = harness.folder / name
    path.write_text(text)
    return path


def test_a_run_passes_the_gate_that_asks_for_it(harness):
    run = harness("run", "lock-limit", "--gate", policy(harness, POLICY))
    assert run.status == 0 and run.stdout.splitlines()[-1].startswith("gate open: "), run.stdout
    again = harness("gate", run.folder, "--policy", policy(harness, POLICY))
    assert again.status == 0 and again.stdout.splitlines()[-1] == run.stdout.splitlines()[-1]


def test_a_run_that_is_green_by_itself_is_stopped_by_what_it_lacks(harness):
    run = harness("run", "lock-limit", "--gate", policy(harness, POLICY.replace("cases: 1", "cases: 100000")))
    assert run.status == 1
    assert "BROKEN  minimum cases: " in run.stdout and "gate.yaml:3:19)" in run.stdout
    assert harness("gate", run.folder, "--policy", policy(harness, "{}")).status == 0


def test_a_surprise_in_quarantine_is_let_off_until_its_day(harness):
    run = harness("run", "crash-in-lock", "--variant", "not-robust", "--at", "probe:lock.held")
    assert run.status == 1
    assert harness("gate", run.folder, "--policy", policy(harness, "{}")).status == 1
    lenient = policy(harness, 'quarantine: [{ cases: "*kill", until: 2027-01-31, because: "known" }]')
    before = harness("gate", run.folder, "--policy", lenient, "--day", "2027-01-31")
    assert "let off  quarantine: *kill: " in before.stdout
    after = harness("gate", run.folder, "--policy", lenient, "--day", "2027-02-01")
    assert after.status == 1 and "which is over" in after.stdout


def test_a_skipped_scenario_closes_the_gate_until_the_policy_allows_it(harness):
    mine = harness.scenario("""
summary: about a program that nobody has
programs: { no-such-program: none }
roles: { a: { command: [no-such-program] } }
checkers: [progress]
""")
    run = harness("run", "lock-limit", mine)
    assert run.status == 0
    closed = harness("gate", run.folder, "--policy", policy(harness, "{}"))
    assert closed.status == 1 and "left out: mine on native: skipped: there is no no-such-program" in closed.stdout
    allowed = policy(harness, 'allow_skips: [{ skip: "mine on native: skipped: *", because: "not installed here" }]')
    opened = harness("gate", run.folder, "--policy", allowed)
    assert opened.status == 0 and "(allowed: not installed here)" in opened.stdout


def test_a_wrong_policy_is_told_before_anything_runs(harness):
    run = harness("run", "lock-limit", "--gate", policy(harness, "require: { scenario: [a] }"))
    assert run.status == 64 and "gate.yaml:1:12: require key \"scenario\" not found" in run.stderr
    assert not run.folder.exists()
    none = harness("run", "lock-limit", "--gate", "none.yaml")
    assert none.status == 64 and "none.yaml" in none.stderr


def test_the_schemas_know_what_the_gate_reads_and_prints(harness):
    yaml = pytest.importorskip("yaml")
    validator = schema("gate-policy")
    assert validator.is_valid(yaml.safe_load(POLICY))
    assert not validator.is_valid(yaml.safe_load("minimum: { cases: 0 }"))
    assert not validator.is_valid(yaml.safe_load("quarantine: [{ cases: a, until: 2027-1-1 }]"))
    run = harness("run", "lock-limit")
    said = json.loads(harness("gate", run.folder, "--policy", policy(harness, POLICY), "--json").stdout)
    assert list(schema("gate").iter_errors(said)) == [] and said["verdict"] == "pass"


def test_the_policy_in_the_documents_is_one(harness):
    text = (ROOT / "reports" / "README.md").read_text().split("```yaml\n")[1].split("```")[0]
    run = harness("run", "lock-limit")
    judged = harness("gate", run.folder, "--policy", policy(harness, text), "--day", "2027-01-01")
    assert judged.status == 1 and "required target: asan" in judged.stdout, judged.stderr
