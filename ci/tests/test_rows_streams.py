"""Rows of the catalogue about pipes, FIFOs and Unix streams: what the kernel answers, told by real programs."""

import pytest

from conftest import needs_root

SHOWN = ["PI-07", "PI-09", "PI-11", "PI-12", "PI-14", "PI-16", "PI-18", "PI-19", "FF-01", "FF-02", "FF-05",
         "US-05", "US-06", "US-11", "US-14", "US-15", "EI-01", "EI-02"]
SCENARIOS = [
    "half-closed-request", "half-drained-page", "large-write-is-partial", "last-writer-closes", "odd-writes-fill-a-pipe",
    "packet-read-in-part", "peeked-record", "reader-pinged", "reader-taken-over", "receive-timeout", "server-dies-unaccepted",
    "signal-cuts-write-short", "signal-ends-wait", "signal-in-fifo-open", "signal-in-timed-receive", "signal-restarts-call",
    "signal-restarts-send", "sigpipe-ignored-by-parent", "sigpipe-in-one-thread", "small-write-between-pieces",
    "socket-calls-on-a-pipe", "spool-fills-early", "tiny-sends-fill-a-socket", "told-to-stop", "writer-comes-first"]
SIGUSR1 = 10


def told(run, name, variant):
    """The first values that programs of this variant told under a name."""
    return [event["data"]["values"][0] for event in run.events("observed")
            if event["name"] == name and f"/{variant}/" in event["case"]]


def failures(run, variant):
    return {finding["message"] for case in run.cases() if case["variant"] == variant
            for finding in case["findings"] if finding["verdict"] == "fail"}


def as_expected(harness, scenario):
    run = harness("run", scenario)
    assert run.status == 0, run.stdout + run.stderr
    return run


def test_the_rows_are_shown_by_scenarios(harness):
    coverage = harness("list", "--coverage").stdout.splitlines()
    open_rows = {line.split()[0] for line in coverage if " open: " in line}
    assert not open_rows & set(SHOWN)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_moment_of_a_scenario_really_comes(harness, scenario):
    """Whoever is held for another's arrival goes on because of it, in the correct programs and in the mutants."""
    run = as_expected(harness, scenario)
    assert [event["case"] for event in run.events("resumed") if "never came" in event["name"]] == []


# --- signals

def test_a_call_that_is_restarted_is_not_seen_by_the_program(harness):
    run = as_expected(harness, "signal-restarts-call")
    calls = {event["name"] for event in run.events("arrived") if "/restarting/" in event["case"]}
    assert {f"syscall:{name}/enter" for name in ("read", "write", "accept4", "openat")} <= calls
    assert set(told(run, "signal", "restarting")) == {SIGUSR1}
    assert told(run, "interrupted", "restarting") == []


def test_a_wait_is_never_restarted(harness):
    run = as_expected(harness, "signal-ends-wait")
    assert told(run, "interrupted", "restarting-poll") and told(run, "interrupted", "restarting-epoll")


def test_a_timeout_turns_restarting_off(harness):
    run = as_expected(harness, "signal-in-timed-receive")
    assert len(told(run, "interrupted", "times-out")) == 3


def test_a_write_that_has_moved_bytes_is_cut_short_on_every_stream(harness):
    run = as_expected(harness, "signal-cuts-write-short")
    assert len(told(run, "cut", "restarting")) == 5


def test_who_waits_for_eintr_reads_on_when_told_to_stop(harness):
    run = as_expected(harness, "told-to-stop")
    assert set(told(run, "late", "stoppable")) == {0}
    assert set(told(run, "late", "waits-for-eintr")) == {1}


# --- room

def test_a_pipe_is_full_with_sixteen_odd_writes(harness):
    run = as_expected(harness, "odd-writes-fill-a-pipe")
    assert told(run, "odd-writes", "knows-room") == [4, 4]
    assert any("send of 17 failed with EAGAIN" in message for message in failures(run, "pipe/byte-credit"))


def test_a_page_less_one_byte_is_no_room(harness):
    run = as_expected(harness, "half-drained-page")
    assert any("send of 33 failed with EAGAIN" in message for message in failures(run, "pipe/byte-credit"))


@needs_root
def test_a_user_with_many_pipes_gets_small_ones(harness):
    run = as_expected(harness, "user-has-many-pipes")
    assert told(run, "pages-of-new-pipe", "many-pipes") == [2]


def test_who_cannot_become_another_user_skips_the_small_pipes_by_name(ordinary_harness):
    run = ordinary_harness("run", "user-has-many-pipes")
    assert run.status == 77
    assert "a limit for its pipes" in " ".join(run.stdout.split())


# --- ends

def test_every_thread_that_waits_is_woken_at_the_end(harness):
    run = as_expected(harness, "last-writer-closes")
    assert run.events("deadlock") and not run.events("deadline")


def test_sigpipe_is_pending_in_the_thread_that_wrote_and_in_no_other(harness):
    run = as_expected(harness, "sigpipe-in-one-thread")
    assert set(told(run, "pending-here", "takes-sigpipe")) == {1}
    assert set(told(run, "pending-elsewhere", "takes-sigpipe")) == {0}


def test_a_child_that_executes_another_program_is_still_heard(harness):
    """The filter of sigpipe-ignored-by-parent: a process that was forked with probes, and then executes."""
    run = as_expected(harness, "sigpipe-ignored-by-parent")
    parents = {event["pid"] for event in run.events("spawned") if event["role"] == "writer"}
    senders = {event["pid"] for event in run.events("invoke") if event["name"] == "send"}
    assert senders and not senders & parents
    assert set(told(run, "filter", "filter-with-sigpipe")) == {128 + 13}
    assert set(told(run, "filter", "filter-without-sigpipe")) == {0}


def test_a_fifo_keeps_its_content_while_the_writer_stays_and_no_longer(harness):
    run = as_expected(harness, "reader-taken-over")
    by_successor = [event for event in run.events("ok") if event["name"] == "receive" and event["role"] == "successor"]
    assert {event["case"].split("/")[2] for event in by_successor} == {"stays-until-read"}
    assert len(by_successor) == 8


# --- the harness's own part in it

def test_a_receive_with_a_timeout_is_not_taken_for_endless(harness):
    """The writer is held until the timeout has passed; it must not be let go as if nothing could come any more."""
    run = as_expected(harness, "receive-timeout")
    assert {event["name"] for event in run.events("resumed")} == {"reader@probe:timeout.seen"}


@pytest.mark.parametrize("options", ["{}", "{ a: EWHAT }", "{ a: [] }", "3"])
def test_an_answer_that_cannot_be_is_refused_before_anything_starts(harness, options):
    scenario = harness.scenario(
        f"summary: x\nroles:\n  one: {{ command: [/bin/true] }}\ncheckers: [{{ answers: {options} }}]\n")
    run = harness("run", scenario)
    assert run.status == 64
    assert "answers" in run.stderr
