"""Byte streams: pipe, FIFO, socketpair, Unix stream and TCP loopback, by the scenarios that are about them."""

import re

import pytest

from conftest import Runner

STREAMS = ["pipe", "fifo", "socketpair", "unix-stream", "tcp-loopback"]
RECORD_BYTES = 40
RECORDS = 3


def of(run, variant):
    return [case for case in run.cases() if case["variant"] == variant]


def failed_by(case):
    return {finding["checker"] for finding in case["findings"] if finding["verdict"] == "fail"}


@pytest.fixture(scope="module")
def partial_reads(tmp_path_factory):
    return Runner(tmp_path_factory.mktemp("partial-reads"))("run", "partial-reads", "--jobs", 2)


@pytest.mark.native_only
def test_every_split_point_is_tried_on_every_stream(partial_reads):
    assert partial_reads.status == 0, partial_reads.stdout
    wanted = set(range(1, RECORDS * RECORD_BYTES))
    for stream in STREAMS:
        tried = {int(found) for case in of(partial_reads, f"{stream}/records")
                 for found in re.findall(r"short-(\d+)", case["id"])}
        assert tried == wanted, stream


@pytest.mark.native_only
def test_the_first_read_gets_no_more_than_it_may(partial_reads):
    case = next(case for case in of(partial_reads, "pipe/records") if case["id"].endswith("short-50"))
    events = [event for event in partial_reads.history() if event["case"] == case["id"]]
    cut = next(event["index"] for event in events if event["kind"] == "fault")
    received = [event for event in events if event["kind"] == "ok" and event["name"] == "receive"]
    assert [event["data"]["values"] for event in received] == [[1, 40], [2, 40], [3, 40]]
    assert all(event["index"] > cut for event in received)


@pytest.mark.native_only
def test_one_read_taken_for_one_message_is_caught_wherever_a_record_is_split(partial_reads):
    for stream in STREAMS:
        missed = {int(re.search(r"short-(\d+)", case["id"]).group(1)) for case in of(partial_reads, f"{stream}/read-is-message")
                  if case.get("fault") and case["verdict"] == "pass"}
        assert not missed - {RECORD_BYTES, 2 * RECORD_BYTES}, stream


def test_a_leaked_end_is_recognised_and_not_waited_out(harness):
    run = harness("run", "leaked-write-end")
    assert run.events("deadlock") and not run.events("deadline")


@pytest.mark.native_only
def test_a_slow_tcp_peer_is_no_deadlock(harness):
    """Bytes that the kernel still carries from one end to the other may wake whoever sleeps."""
    variants = [word for name in ("records", "edge-triggered") for word in ("--variant", f"tcp-loopback/{name}")]
    run = harness("run", "slow-consumer", *variants, "--repeat", 20, "--jobs", 4)
    assert [case["id"] for case in run.cases() if case["verdict"] != "pass"] == []


@pytest.mark.native_only
@pytest.mark.parametrize("scenario", ["reader-vanishes", "eintr-in-blocked-read", "interleaved-writers", "fd-in-flight"])
def test_verdicts_stay_the_same_on_a_busy_machine(harness, scenario):
    run = harness("run", scenario, "--repeat", 5, "--jobs", 8)
    verdicts = {}
    for case in run.cases():
        verdicts.setdefault(re.sub(r"/r\d+$", "", case["id"]), []).append((case["verdict"], frozenset(failed_by(case))))
    unsteady = {case: seen for case, seen in verdicts.items() if len(set(seen)) > 1}
    assert unsteady == {}
    assert run.status == 0, run.stdout
