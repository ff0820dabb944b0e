"""Sockets: one program over Unix and TCP, how clients connect and servers come back, descriptors and credentials."""

import os
import subprocess

import pytest

from conftest import BUILD

NOTHING_RAN = 77


def program(subject, kind, variant):
    return BUILD / "subjects" / subject / kind / variant


def said_by(path, *words):
    ended = subprocess.run([path, *words], capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stderr


def messages(run, variant):
    return [finding["message"] for case in run.cases() if case["variant"] == variant for finding in case["findings"]]


# --- one program, two transports

@pytest.mark.parametrize("address, subject", [("tcp://127.0.0.1:0", "tcp-loopback"), ("unix://{tmp}/s", "unix-stream"),
                                              ("unix://@{name}", "unix-stream")])
def test_one_flag_says_whether_unix_or_tcp_carries_a_dialogue(harness, address, subject):
    run = harness("run", "lost-answers", "--over", address)
    assert run.status == 0, run.stdout + run.stderr
    assert {case["variant"].split("/")[0] for case in run.cases()} == {subject}
    spawned = run.events("spawned")
    assert spawned and all("--over" in event["data"]["command"] for event in spawned)


def test_both_transports_have_the_very_same_program(harness):
    run = harness("run", "lost-answers", "--variant", "dialogue")
    commands = {case["variant"]: case for case in run.cases()}
    assert {"unix-stream/dialogue", "tcp-loopback/dialogue"} <= set(commands)
    programs = {event["data"]["command"][0] for event in run.events("spawned")}
    assert len(programs) == 1, programs


@pytest.mark.parametrize("address, what", [
    ("udp://127.0.0.1:1", "has no scheme that is known"), ("unix://", "has no name"), ("tcp://127.0.0.1", "has no host and port"),
    ("tcp://127.0.0.1:99999", "has a port that is no number from 0 to 65535")])
def test_a_wrong_address_is_told_before_anything_starts(harness, address, what):
    run = harness("run", "lost-answers", "--over", address)
    assert run.status == 64
    assert what in run.stderr and "write unix://PATH" in run.stderr


def test_a_scenario_without_such_a_subject_says_what_it_has(harness):
    run = harness("run", "stale-socket-restart", "--over", "tcp://127.0.0.1:0")
    assert run.status == 64
    assert "unix://{tmp}/link.socket (unix-stream)" in run.stderr


@pytest.mark.parametrize("address, what", [
    ("udp://a", "is no address"), ("unix://@", "has no name"), ("unix://" + "s" * 109, "longer than the 108 bytes"),
    ("tcp://nowhere:1", "no IPv4 address"), ("tcp://127.0.0.1:x", "no number from 0 to 65535"), ("fd://x", "no descriptor")])
def test_the_program_itself_says_what_is_wrong_with_an_address(address, what):
    status, text = said_by(program("sockets", "correct", "records"), "reader", "--over", address)
    assert status == 2
    assert text.startswith(f"--over {address} ") and what in text


def test_the_program_itself_says_when_it_has_no_address():
    status, text = said_by(program("sockets", "correct", "records"), "reader")
    assert status == 2 and text.startswith("no address;")


# --- connecting

def test_waiting_for_an_interrupted_connect_is_right_over_tcp_and_the_mistake_over_unix(harness):
    run = harness("run", "connect-interrupted")
    assert {case["variant"]: case["verdict"] for case in run.cases()} == {
        "unix-stream/records": "pass", "tcp-loopback/records": "pass",
        "unix-stream/interrupted-is-failed": "fail", "tcp-loopback/interrupted-is-failed": "fail",
        "unix-stream/awaits-interrupted": "fail", "tcp-loopback/awaits-interrupted": "pass"}


def test_a_case_with_its_own_network_is_skipped_by_name_where_namespaces_are_denied(harness):
    run = harness("run", "connects-to-itself", "--without", "namespaces")
    assert run.status == NOTHING_RAN
    assert "private network" in run.stdout + run.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become somebody else")
def test_a_private_network_is_there_for_an_ordinary_user_too(ordinary_harness):
    run = ordinary_harness("run", "restart-in-time-wait")
    assert run.status in (0, NOTHING_RAN), run.stdout + run.stderr


def test_a_client_that_reaches_itself_is_told_by_answers_that_nobody_gave(harness):
    run = harness("run", "connects-to-itself")
    if run.status == NOTHING_RAN:
        pytest.skip("no private networks here")
    assert "client has an answer to request 1, which nobody served" in messages(run, "connect-is-ready")


# --- dialogues

def test_a_late_answer_is_told_from_the_one_that_is_waited_for(harness):
    run = harness("run", "late-answer")
    assert any("took the answer to request 1 for that to request 2" in text for text in messages(run, "unix-stream/late-is-next"))


def test_a_request_that_is_taken_back_too_late_was_served(harness):
    run = harness("run", "cancelled-request")
    assert any("calls request 3 failed, but it was served" in text for text in messages(run, "tcp-loopback/cancel-is-certain"))
    confirmed = [event for event in run.events("fail") if event["name"] == "request" and "/cancelling/" in event["case"]]
    assert len(confirmed) == 3  # in time, on each of the three streams


# --- descriptors and credentials

def test_a_lender_is_told_what_the_borrower_did_to_it(harness):
    run = harness("run", "lent-file")
    assert any("was 0 when it was lent and is 4 afterwards" in text for text in messages(run, "moves-offset"))
    assert any("has it afterwards" in text for text in messages(run, "sets-nonblocking"))


def test_a_descriptor_is_told_from_the_one_that_belongs_to_another_record(harness):
    run = harness("run", "descriptor-beside-records")
    assert any("with which none was passed" in text for text in messages(run, "ties-to-first"))
    assert any("nobody took it" in text for text in messages(run, "looks-with-the-rest"))


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become somebody else")
def test_root_may_lie_about_itself_and_others_may_not(harness):
    run = harness("run", "forged-credentials")
    refused = [event for event in run.events("fail") if event["name"] == "claim"]
    assert refused and {event["role"] for event in refused} == {"guest"}
    assert any("granted request 1 to user 1000, but it was user 0" in text for text in messages(run, "trusts-message"))
