"""harness sweep: a death at every instruction of a region, by true kills and by stand-ins that have to come to the same."""

import json
import os
import platform

import pytest

from conftest import compile_c, shared_objects, wait_until

pytestmark = [
    pytest.mark.native_only,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the instruction sweep is written for x86-64"),
]

PROBES = "probe:lock.wanted..probe:lock.released"


def sweep(harness, program, *words, arguments=("owner",)):
    run = harness("sweep", program, "--json", *words, "--", *arguments)
    assert run.stdout, run.stderr
    return run.status, json.loads(run.stdout)


def windows(report):
    return [(window["outcome"], window["last"] - window["first"] + 1) for window in report["windows"]]


def outcomes(report):
    return [window["outcome"] for window in report["windows"]]


def assert_all_states_are_judged(report):
    counts = report["outcomes"].values()
    assert sum(count["states"] for count in counts) == report["states"] > 50
    assert sum(count["distinct"] for count in counts) == report["distinct"] == report["states"] - report["merged"]
    assert report["windows"][0]["first"] == 1 and report["windows"][-1]["last"] == report["states"]
    assert report["differences"] == []


@pytest.mark.parametrize("variant, region", [
    ("shm-mutex/robust", "pthread_mutex_lock..pthread_mutex_unlock"),
    ("shm-mutex/trylock", "pthread_mutex_trylock..pthread_mutex_unlock"),
    ("shm-mutex/timedlock", "pthread_mutex_clocklock..pthread_mutex_unlock"),
    ("futex/robust-list", PROBES),
])
def test_after_a_death_anywhere_in_a_robust_lock_it_is_free_or_tells_of_the_death(harness, variant, region):
    status, report = sweep(harness, variant, "--region", region)
    assert (status, report["verdict"]) == (0, "pass"), report
    assert_all_states_are_judged(report)
    assert outcomes(report) == ["free", "EOWNERDEAD", "free"]
    assert report["deaths"] == {"stand_ins": report["distinct"], "true_kills": report["distinct"], "lodgers": 0}
    assert report["merged"] > report["distinct"]


def test_a_death_in_each_state_comes_to_the_same_as_one_in_each_distinct_state(harness):
    merged = sweep(harness, "shm-mutex/robust")[1]
    every = sweep(harness, "shm-mutex/robust", "--every-state")[1]
    assert every["deaths"] == {"stand_ins": every["states"], "true_kills": every["states"], "lodgers": every["merged"]}
    assert windows(every) == windows(merged) and every["differences"] == []


def test_priority_inheritance_is_swept_by_true_kills_alone_and_says_why(harness):
    status, report = sweep(harness, "shm-mutex/pi")
    assert status == 0 and outcomes(report) == ["free", "EOWNERDEAD", "free"]
    assert_all_states_are_judged(report)
    assert report["deaths"] == {"stand_ins": 0, "true_kills": report["states"], "lodgers": report["merged"]}
    assert any("priority inheritance" in why for why in report["no_stand_ins"])


def test_a_mutex_that_is_not_robust_is_orphaned_from_when_it_is_taken_until_it_is_let_go(harness):
    status, report = sweep(harness, "shm-mutex/not-robust")
    assert (status, report["verdict"]) == (1, "fail")
    assert_all_states_are_judged(report)
    assert outcomes(report) == ["free", "orphaned", "free"]


def test_a_lock_without_list_op_pending_is_orphaned_in_its_two_windows_and_nowhere_else(harness):
    """Between taking the word and entering the list, and between leaving the list and letting go of the word."""
    status, report = sweep(harness, "futex/no-pending", "--region", PROBES)
    assert (status, report["verdict"]) == (1, "fail")
    assert_all_states_are_judged(report)
    assert outcomes(report) == ["free", "orphaned", "EOWNERDEAD", "orphaned", "free"]
    codes = [window["code"] for window in report["windows"]]
    assert "acquire_by_list" in codes[1] and "release_by_list" in codes[3], codes


def test_a_program_without_probes_is_swept_as_it_is(harness, tmp_path):
    status, report = sweep(harness, "shm-mutex/plain-c", arguments=["owner", "/plain", tmp_path / "log", "1"])
    assert status == 0 and outcomes(report) == ["free", "EOWNERDEAD", "free"]
    assert any(str(tmp_path / "log") in why for why in report["no_stand_ins"])


def test_every_run_comes_to_the_same(harness):
    reports = [sweep(harness, "futex/no-pending", "--region", PROBES)[1] for _ in range(3)]
    assert len({str(windows(report)) for report in reports}) == 1
    assert len({(report["states"], report["distinct"]) for report in reports}) == 1


@pytest.mark.parametrize("words, told", [
    (["--region", "pthread_mutex_lock"], "FROM..TO"),
    (["--region", "pthread_mutex_lok..pthread_mutex_unlock"], "no function \"pthread_mutex_lok\""),
])
def test_a_region_that_there_is_not_is_refused_by_name(harness, words, told):
    run = harness("sweep", "shm-mutex/robust", *words, "--", "owner")
    assert run.status == 64 and told in run.stderr, run.stderr


def test_a_region_that_is_never_reached_is_no_pass(harness):
    run = harness("sweep", "shm-mutex/robust", "--region", "pthread_mutex_consistent..pthread_mutex_unlock", "--", "owner")
    assert run.status == 77 and "never reached" in run.stderr


def test_a_region_in_which_no_lock_is_taken_is_inconclusive(harness):
    status, report = sweep(harness, "shm-mutex/robust", "--region", "pthread_mutex_init..pthread_mutex_init")
    assert (status, report["verdict"]) == (2, "inconclusive")
    assert report["reasons"] == ["the lock was never taken in the region"]


def test_a_region_that_begins_inside_a_lock_is_refused_since_the_lock_is_not_the_copys(harness):
    run = harness("sweep", "shm-mutex/robust", "--region", "pthread_mutex_unlock..pthread_mutex_unlock", "--", "owner")
    assert run.status == 77 and "keeps its thread's id" in run.stderr


PROGRAM = """
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
%s
int main(void) {
  pthread_mutex_t* mutex = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t how;
  pthread_mutexattr_init(&how);
  pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(mutex, &how);
  %s
  pthread_mutex_lock(mutex);
  %s
  pthread_mutex_unlock(mutex);
  return 0;
}
"""


def test_a_loop_is_gone_round_as_often_as_the_program_does(harness, tmp_path):
    loop = "for (volatile int* at = (int*)(mutex + 1); at < (int*)(mutex + 1) + 20; ++at) *at = 7;"
    program = compile_c(tmp_path, PROGRAM % ("", "", loop), "-pthread")
    status, report = sweep(harness, program, arguments=[])
    assert status == 0, report
    assert_all_states_are_judged(report)
    assert report["distinct"] > 20, "each store is seen"


def test_the_clock_is_read_at_full_speed_since_it_may_be_read_again_for_as_long_as_one_steps(harness, tmp_path):
    once = "struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now);"
    states = []
    for nth, calls in enumerate((1, 11)):
        (tmp_path / str(nth)).mkdir()
        source = "#include <time.h>\n" + PROGRAM % ("", "", f"for (int i = 0; i < {calls}; ++i) {{ {once} }}")
        status, report = sweep(harness, compile_c(tmp_path / str(nth), source, "-pthread"), arguments=[])
        assert status == 0, report
        states.append(report["states"])
    assert states[1] - states[0] < 10 * 40, "there is more in the vdso alone"


def test_a_program_that_keeps_its_id_is_refused_since_a_copy_would_lock_in_anothers_name(harness, tmp_path):
    program = compile_c(tmp_path, PROGRAM % ("static volatile int id;", "id = getpid();", ""), "-pthread")
    run = harness("sweep", program)
    assert run.status == 77 and "keeps its thread's id" in run.stderr, run.stdout + run.stderr


def test_a_program_with_a_pipe_is_refused_since_its_end_would_not_be_seen(harness, tmp_path):
    program = compile_c(tmp_path, PROGRAM % ("", "int ends[2]; if (pipe(ends)) return 9;", ""), "-pthread")
    run = harness("sweep", program)
    assert run.status == 77 and "pipe:" in run.stderr, run.stdout + run.stderr


def test_a_region_that_writes_is_swept_by_true_kills_alone(harness, tmp_path):
    program = compile_c(tmp_path, PROGRAM % ("", "", "if (write(1, \"x\", 1) != 1) return 9;"), "-pthread")
    status, report = sweep(harness, program, arguments=[])
    assert status == 0 and report["deaths"]["stand_ins"] == 0
    assert report["deaths"]["true_kills"] == report["states"]
    assert "the region calls write" in report["no_stand_ins"]


@pytest.mark.parametrize("words", [["--no-stand-ins", "--every-state"], ["--no-kills", "--repeat", "40"]])
def test_a_number_that_is_a_copys_id_by_chance_makes_no_difference(harness, tmp_path, words):
    """Ids begin above 20,000 and are given in turn, so that every other copy is met by its own number."""
    numbers = "for (int i = 0; i < 100; ++i) ((volatile int*)(mutex + 1))[i] = 20060 + 2 * i;"
    program = compile_c(tmp_path, PROGRAM % ("", numbers, ""), "-pthread")
    status, report = sweep(harness, program, *words, arguments=[])
    assert status == 0 and report["differences"] == [], report


def test_what_a_lodger_wrote_in_the_programs_own_memory_is_undone_before_the_next(harness, tmp_path):
    """With one that found the counter of the one before, the program would go another way."""
    another_way = "if (++visits > 1) ((volatile int*)(mutex + 1))[visits] = visits;"
    program = compile_c(tmp_path, PROGRAM % ("static volatile int visits;", "", another_way), "-pthread")
    status, report = sweep(harness, program, "--every-state", arguments=[])
    assert status == 0, report
    assert report["deaths"]["lodgers"] == report["merged"] > 50 and report["differences"] == []


@pytest.mark.parametrize("own, in_region, told", [
    ("static volatile char much[4 << 20] = {1};", "much[1] = 1;", ["lodgers     none: it can write more than 2 MiB"]),
    ("", "if (write(1, \"x\", 1) != 1) return 9;", []),
])
def test_a_program_in_whose_memory_no_other_can_lodge_is_copied_for_each_kill(harness, tmp_path, own, in_region, told):
    program = compile_c(tmp_path, PROGRAM % (own, "", in_region), "-pthread")
    assert sweep(harness, program, "--every-state", arguments=[])[1]["deaths"]["lodgers"] == 0
    text = harness("sweep", program, "--every-state").stdout
    assert [line for line in told if line not in text] == [], text


def peak_kib(harness, *words):
    process = harness.start("sweep", "shm-mutex/robust", "--every-state", *words, "--", "owner")
    _, process.returncode, usage = os.wait4(process.pid, 0)
    assert process.returncode == 0
    return usage.ru_maxrss


@pytest.mark.parametrize("kind, many", [("--no-kills", 400), ("--no-stand-ins", 40)])
def test_memory_does_not_grow_with_the_number_of_states(harness, kind, many):
    """From a thousand to a hundred thousand by stand-ins, ten thousand by true kills: less than two bytes for each more."""
    few = peak_kib(harness, kind, "--repeat", "4")
    assert peak_kib(harness, kind, "--repeat", str(many)) - few < (many - 4) * 250 * 2 / 1024 + 512


def test_nothing_survives_a_sweep_that_was_killed(harness):
    before = shared_objects()
    process = harness.start("sweep", "shm-mutex/robust", "--repeat", "1000000", "--", "owner")
    wait_until(lambda: len(harness.processes("robust")) > 0, "a copy of the program is there")
    process.kill()
    process.communicate()
    harness.wait_for_end_of_all()
    assert shared_objects() - before == set()
