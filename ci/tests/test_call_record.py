"""--calls: every system call of every role stands in the history, and how full its pipes and queues were."""

import re

import pytest

from conftest import compile_c, schema

SCENARIO = """
summary: a writer fills a pipe in three pieces, and its reader empties it
links: { data: pipe }
roles:
  writer: { command: ["./writer"], fds: { 1: data.write }, ready: end }
  reader: { command: ["./reader"], fds: { 0: data.read } }
faults:
  - none
  - { victim: writer, at: "syscall:write/enter", arrival: 3, do: kill }
checkers: [progress, { exit_status: { reader: 0 } }]
"""
WRITER = """
#include <unistd.h>
int main(void) {
  for (int i = 0; i < 3; ++i) if (write(1, "0123456789", 10) != 10) return 1;
  return close(-1) == 0;
}
"""
READER = """
#include <unistd.h>
int main(void) { char all[64]; while (read(0, all, 7) > 0) {} return 0; }
"""


@pytest.fixture
def run(harness):
    compile_c(harness.folder, WRITER, name="writer")
    compile_c(harness.folder, READER, name="reader")
    harness.scenario(SCENARIO)
    return lambda *words, **more: harness("run", "mine.yaml", *words, **more)


def calls(run, case, role):
    return [event for event in run.events("arrived")
            if event["case"].endswith(case) and event["role"] == role and event["data"].get("call")]


def test_each_call_has_its_entry_and_its_return_and_the_pipe_its_level(run):
    recorded = run("--calls")
    assert recorded.status == 0, recorded.stdout + recorded.stderr
    writes = [event for event in calls(recorded, "no-fault", "writer") if "write/" in event["name"]]
    assert [event["name"].rpartition("/")[2] for event in writes] == ["enter", "exit"] * 3
    assert [event["data"]["fill"]["holds"] for event in writes[1::2]] == [10, 20, 30]
    assert {event["data"]["fill"]["object"] for event in writes[1::2]} == {"link data"}
    reads = [event for event in calls(recorded, "no-fault", "reader") if event["name"] == "syscall:read/exit"]
    assert [event["data"]["fill"]["holds"] for event in reads] == [23, 16, 9, 2, 0, 0]
    failed = [event for event in calls(recorded, "no-fault", "writer") if event["name"] == "syscall:close/exit"]
    assert failed[-1]["data"]["result"] == -9
    validator = schema("event")
    assert [error.message for event in recorded.history() for error in validator.iter_errors(event)] == []


def test_recording_changes_neither_the_cases_nor_where_faults_strike(run, harness):
    plain, recorded = run(out="plain"), run("--calls", out="recorded")
    assert [(case["id"], case["verdict"]) for case in plain.cases()] == [
        (case["id"], case["verdict"]) for case in recorded.cases()]
    for one in (plain, recorded):
        (fault,) = one.events("fault")
        assert fault["data"]["nth"] == 3
    assert not [event for event in plain.events("arrived") if event["data"].get("call")]
    killed = calls(recorded, "=kill", "writer")[-1]
    assert killed["name"] == "syscall:write/enter", "the call in which it died never returned"


def test_a_replay_records_calls_as_well_and_the_trace_draws_them(run, harness):
    first = run(out="first")
    case = next(case["id"] for case in first.cases() if case["id"].endswith("kill"))
    again = harness("replay", first.folder, "--case", case, "--calls", out="again")
    assert again.status == 0 and calls(again, "kill", "reader")
    trace = harness("report", again.folder, "--format", "trace").stdout
    assert len(re.findall(r'"name":"read"', trace)) >= 3
