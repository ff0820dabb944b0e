"""Rows of the catalogue about futexes, and about what has no robust form: what the kernel answers, told by real programs."""

import errno

import pytest

SHOWN = {"FX-01", "FX-02", "FX-04", "FX-05", "MX-20", "CV-03", "CV-04", "IU-03", "IU-04", "IU-08", "RG-04", "RG-05", "RG-06", "RG-07",
         "RG-08"}
SCENARIOS = [
    "news-before-sleep", "keys-that-never-meet", "sleeper-killed", "second-sleeper-forgotten", "home-made-lock-holder-dies",
    "inherited-lock-holder-dies", "dies-on-the-way-to-barrier", "dies-in-barrier", "reader-dies-in-rwlock", "slow-reader-in-rwlock",
    "spinlock-holder-dies"]


def as_expected(harness, scenario, *more):
    run = harness("run", scenario, *more)
    assert run.status == 0, run.stdout + run.stderr
    return run


def told(run, name):
    return {event["data"]["values"][0] for event in run.events("observed") if event["name"] == name}


def test_the_rows_are_shown_by_scenarios(harness):
    lines = [line.split() for line in harness("list", "--coverage").stdout.splitlines() if line.strip()]
    assert SHOWN <= {words[0] for words in lines if len(words) > 2 and words[2] != "open:"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_moment_of_a_scenario_really_comes(harness, scenario):
    """Whoever is held for another's arrival goes on because of it, in the correct programs and in the mutants."""
    run = as_expected(harness, scenario)
    assert [event["case"] for event in run.events("resumed") if "never came" in event["name"]] == []


def test_a_word_that_does_not_know_its_owner_is_lost_with_it(harness):
    run = harness("run", "home-made-lock-holder-dies", "--variant", "no-list")
    assert run.status == 1
    assert "deadlock, nobody left can wake anybody" in " ".join(run.stdout.split())


def test_a_dead_owner_is_told_by_esrch_only_where_there_is_no_robust_list(harness):
    run = as_expected(harness, "inherited-lock-holder-dies")
    lost = {event["case"].split("/")[2] for event in run.events("reached") if event["name"] == "owner.lost"}
    assert "inherits" in lost and "inherits-and-lists" not in lost


def test_a_dead_reader_lets_readers_in_and_keeps_writers_out(harness):
    run = as_expected(harness, "reader-dies-in-rwlock")
    assert told(run, "let-in-to-read") == {0}
    assert told(run, "let-in-to-write") == {errno.ETIMEDOUT}


def test_a_full_completion_queue_has_lost_nothing(harness):
    run = harness("run", "completions-overflow")
    if run.status == 77:
        pytest.skip("no io_uring here")
    assert run.status == 0, run.stdout
    assert told(run, "in-queue") == {16} and told(run, "completions") == {40}


RINGS = ["sequence-lock-writer-dies", "sequence-lock-torn-read", "producer-dies-in-reservation", "one-of-many-producers-dies"]


@pytest.mark.parametrize("scenario", RINGS)
def test_what_dies_in_a_ring_or_over_a_record_is_told_and_costs_no_more(harness, scenario):
    """Whoever is held for another's arrival goes on because of it, in the correct programs and in the mutants."""
    run = as_expected(harness, scenario)
    assert [event["case"] for event in run.events("resumed") if "never came" in event["name"]] == []


def test_a_reader_that_looks_once_has_a_torn_record(harness):
    run = harness("run", "sequence-lock-torn-read", "--variant", "seqlock-looks-once")
    assert run.status == 1
    assert "saw a record half-updated: its fields were [2,2," in " ".join(run.stdout.split())


def test_a_hole_is_counted_only_where_its_owner_has_died(harness):
    died = as_expected(harness, "producer-dies-in-reservation", "--variant", "mpsc")
    assert told(died, "lost") == {1}
    lives = as_expected(harness, "one-of-many-producers-dies", "--variant", "mpsc")
    assert told(lives, "lost") == {0}
    assert [event for event in lives.events("reached") if event["name"] == "slot.stepped-over"] == []
