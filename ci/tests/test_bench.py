"""harness bench: what is told of a mechanism and of a death, whatever this machine's speed."""

import json

import pytest

pytestmark = pytest.mark.native_only  # a sanitizer is not what is measured

QUICK = ["--megabytes", "1", "--round-trips", "20", "--deaths", "3", "--repeat", "1"]


def test_a_mechanism_is_told_beside_the_machine_and_what_is_claimed_of_it(harness):
    told = json.loads(harness("bench", "pipe", "robust-mutex", "--json", *QUICK).stdout)
    assert told["machine"]["kernel"].startswith("Linux")
    pipe, = told["mechanisms"]
    assert pipe["calls_per_message"] == 1 and pipe["calls_per_round_trip"] == 2 and pipe["copies"] == 2
    assert pipe["claimed_megabytes_per_second"] == 2800
    assert pipe["one"]["megabytes_per_second"] > 0 and pipe["one"]["round_trip_microseconds"]["samples"] == 20


def test_a_death_is_told_by_the_survivors_success(harness):
    recovery, = json.loads(harness("bench", "robust-mutex", "--json", *QUICK).stdout)["recoveries"]
    assert "EOWNERDEAD" in recovery["success"] and recovery["one"]["microseconds"]["samples"] == 3


def test_nothing_is_left_behind(harness):
    assert harness("bench", "posix-mq", "sysv-msg", "shm-ring-futex", *QUICK).status == 0
    harness.wait_for_end_of_all()


def test_an_unknown_name_is_refused_with_those_that_there_are(harness):
    run = harness("bench", "pip")
    assert run.status == 64 and 'pip' in run.stderr and "pipe" in run.stderr
