"""A mutant whose mistake no run can bring out here is told as that, with the reason, and never as a pass."""

import xml.etree.ElementTree as ElementTree


def test_a_mutant_that_cannot_be_shown_is_an_evidence_limit_and_skipped_and_not_a_mutant_caught(harness):
    run = harness("run", "ring-publish-order")
    assert run.status == 0, run.stdout + run.stderr
    assert "1 mutant not to be shown here" in run.stdout
    report = run.report()
    assert report["totals"]["mutants"] == 0
    limits = report["scenarios"][0]["evidence_limits"]
    assert any(limit.startswith("mutant relaxed-publish is not to be shown: x86-64 makes") for limit in limits)
    skipped = [test for test in ElementTree.parse(run.folder / "junit.xml").iter("testcase") if test.find("skipped") is not None]
    assert [test.get("name") for test in skipped] == ["mutant relaxed-publish is not to be shown"]
    assert "relaxed-publish: not to be shown" in (run.folder / "summary.md").read_text()


def test_the_reason_must_be_given(harness):
    path = harness.scenario("""
summary: a test
mechanism: pipe
roles: { a: { command: ["true"] } }
faults: [none]
checkers: [progress]
expect: { program: { not_shown: "" } }
""")
    refused = harness("run", path)
    assert refused.status == 64 and "not_shown must be a text" in refused.stderr
