"""A peer that writes into memory which it shares with the victim, or cuts it; and a full /dev/shm: faults of memory."""

import re

import pytest

HANDED_OVER = '{ victim: client, at: "probe:frame.handed-over", do: stop, resume: settled }'
TEXT = """
summary: a server reads a frame that it shares
mechanism: memfd
subject: memfd
roles:
  client: { args: [client, --at, "{tmp}"], ready: { at: "probe:frame.handed-over" } }
  server: { args: [server, --at, "{tmp}"] }
faults:
  - chain:
      - %s
      - { victim: server, at: "probe:frame.checked", do: "%s" }
checkers: [progress, { exit_status: { server: 0 } }]
expect:
  %s: pass
"""


def corrupted(harness, action, variant="fetches-once"):
    return harness("run", harness.scenario(TEXT % (HANDED_OVER, action, variant)))


def text_of(run):
    return re.sub(r"\s+", " ", run.stdout)


def test_the_bytes_are_in_the_object_when_the_victim_goes_on(harness):
    run = corrupted(harness, "corrupt(frame+0:00000040)", variant="fetches-twice")
    assert run.status == 1 and "server ended with exit status 3" in text_of(run)
    written, = [e["data"] for e in run.events("fault") if "memory" in e["data"]]
    assert written["memory"] == {"object": "frame", "offset": 0, "before": "00000100", "after": "00000040"}


def test_who_reads_once_goes_by_what_was_checked(harness):
    assert corrupted(harness, "corrupt(frame+0:00000040)").status == 0


@pytest.mark.parametrize("action, words", [
    ("corrupt(farme+0:00)", "nothing mapped with MAP_SHARED that is called farme"),
    ("corrupt(frame+131072:00)", "not those bytes"),
])
def test_what_no_peer_could_write_does_not_strike(harness, action, words):
    run = corrupted(harness, action)
    assert run.status == 2, run.stdout
    assert words in text_of(run)


def test_a_sealed_object_is_not_written(harness):
    run = corrupted(harness, "corrupt(frame+0:00000040)", variant="sealed")
    assert run.status == 2 and "is sealed: no peer can write to it" in text_of(run)


def test_another_form_is_refused_before_anything_starts(harness):
    run = corrupted(harness, "corrupt(frame)")
    assert run.status == 64 and "write NAME+OFFSET:HEX" in run.stderr


def test_a_frame_that_is_cut_ends_who_only_looked_at_its_size(harness):
    run = corrupted(harness, "truncate(frame:0)", variant="looks-at-size-only")
    assert run.status == 1 and "SIGBUS" in text_of(run)
    cut, = [e["data"] for e in run.events("fault") if "memory" in e["data"]]
    assert cut["memory"]["object"] == "frame" and cut["memory"]["size"] == 0 < cut["memory"]["size_before"]


def test_a_sealed_object_is_not_cut(harness):
    run = corrupted(harness, "truncate(frame:0)", variant="sealed")
    assert run.status == 2 and "is sealed: no peer can give it another size" in text_of(run)


FULL = """
summary: a maker of shared memory finds no room
subject: shm-lifecycle
roles:
  maker: { args: [maker, --name, "{name}"] }
faults: [%s]
checkers: [progress]
expect: { whole-object: pass }
"""


def test_a_full_shared_memory_is_the_cases_own_and_has_room_again_in_the_next(harness):
    faults = '{ victim: maker, at: "probe:object.made", do: exhaust(shm) }, none'
    run = harness("run", harness.scenario(FULL % faults), "--jobs", "1")
    assert run.status == 0, run.stdout
    ended = [e["data"] for e in run.events("ended") if e["role"] == "maker"]
    assert [e.get("code") for e in ended] == [4, 0], ended


def test_the_machines_shared_memory_is_not_filled(harness):
    fault = '{ victim: maker, at: "probe:object.made", do: exhaust(shm) }'
    run = harness("run", harness.scenario(FULL % fault), "--without", "namespaces")
    assert run.status == 2 and "/dev/shm is the machine's here" in text_of(run)
