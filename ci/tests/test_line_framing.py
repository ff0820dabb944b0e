"""Dialogues in lines: where a line ends, and what is left when the stream ends before it."""

LINE_BYTES = 44
CUT = set(range(1, LINE_BYTES))


def values(run, name, variant):
    """Who told what under a name, in this variant's cases."""
    return [(event["role"], event["data"]["values"][0]) for event in run.events("observed")
            if event["name"] == name and f"/{variant}/" in event["case"]]


def test_whoever_survives_tells_of_every_cut_and_takes_no_part_of_a_line(harness):
    run = harness("run", "line-cut-off", "--variant", "line-dialogue")
    assert run.status == 0, run.stdout + run.stderr
    for role in ("client", "server"):
        assert {count for who, count in values(run, "truncated", "line-dialogue") if who == role} == CUT
    assert {count for _, count in values(run, "line-bytes", "line-dialogue")} == {LINE_BYTES}


def test_every_split_of_a_line_really_happens_at_both_ends(harness):
    run = harness("run", "split-lines", "--variant", "line-dialogue")
    assert run.status == 0, run.stdout + run.stderr
    given = {(event["role"], event["data"]["given"]) for event in run.events("fault") if event["name"] == "short"}
    assert given == {(role, count) for role in ("client", "server") for count in range(1, LINE_BYTES + 2)}


def test_a_reader_that_keeps_nothing_waits_for_ever_for_what_it_had(harness):
    run = harness("run", "split-lines", "--variant", "drops-remainder")
    failures = {finding["message"].split(",")[0] for case in run.cases() for finding in case["findings"]
                if finding["verdict"] == "fail"}
    assert failures == {"deadlock"}
