"""The arm64 targets: programs and scenarios in guests under QEMU. Skipped by name where there is no QEMU or no image."""
import json
import os
import shlex
import shutil
import subprocess

import pytest

from arm64 import ARM64, NOT_HERE, ROBUST, facts, needs_arm64
from conftest import BUILD, ROOT, schema

pytestmark = pytest.mark.native_only


# --- what it is for -----------------------------------------------------------------------------------------

@needs_arm64
def test_crash_in_lock_is_as_expected_on_arm64_with_every_mutant_caught(harness):
    run = harness("run", "crash-in-lock", "--target", "arm64")
    assert run.status == 0, run.stdout + run.stderr
    totals = run.report()["totals"]
    assert totals["mutants_caught"] == totals["mutants"] > 0
    assert {case["verdict"] for case in run.cases() if not case["mutant"]} == {"pass"}
    assert facts(run)["architecture"] == "aarch64" and facts(run)["time_factor"] >= 1
    assert facts(run)["guests"] == 1, "all cases in one guest"
    assert "memory order" in run.limits()


@needs_arm64
@pytest.mark.parametrize("target", ["arm64-a57", "arm64-single"])
def test_the_other_models_of_arm64_run_cases(harness, target):
    run = harness("run", "crash-in-lock", "--variant", "robust", "--at", "probe:lock.held", "--target", target)
    assert run.status == 0, run.stdout + run.stderr
    model = facts(run)
    assert (model["cpu"] == "cortex-a57") == (target == "arm64-a57")
    assert ("one thread" in model["accelerator"]) == (target == "arm64-single")


@needs_arm64
def test_two_targets_stand_side_by_side(harness):
    run = harness("run", "crash-in-lock", "--variant", "robust", "--target", "native,arm64")
    assert run.status == 0, run.stdout + run.stderr
    schema("report").validate(run.report())
    schema("plan").validate(json.loads((run.folder / "plan.json").read_text()))
    (compared,) = run.report()["comparisons"]
    assert compared["targets"] == ["native", "arm64"]
    assert compared["agree"] == len(compared["cases"]) == len(run.cases()) // 2
    assert f"{compared['agree']} of {compared['agree']} cases agree" in run.stdout


@needs_arm64
def test_a_defect_that_the_guests_kernel_does_not_have_is_not_expected_there(harness):
    run = harness("run", "lost-wakeup", "--target", "arm64")
    assert run.status == 0, run.stdout + run.stderr
    if "MX-22" not in facts(run)["mended"]:
        pytest.skip("the guest's kernel has the defect")
    assert {case["verdict"] for case in run.cases()} == {"pass"}
    assert "MX-22 is mended" in (run.folder / "summary.md").read_text()


def explored(harness, target, *variants):
    """Of each variant the verdicts of deaths along its way through the lock, in order, the same ones taken together."""
    words = [word for variant in variants for word in ("--variant", variant)]
    run = harness("explore", "crash-in-lock", *words, "--every", "instruction", "--arrivals", "12", "--target", target, out=target)
    verdicts = {variant: [] for variant in variants}
    for window in sorted(run.report()["exploration"]["windows"], key=lambda window: window["first"]):
        if verdicts[window["variant"]][-1:] != [window["verdict"]]:
            verdicts[window["variant"]].append(window["verdict"])
    return run, verdicts


@needs_arm64
def test_deaths_at_instructions_of_a_lock_come_to_the_same_on_arm64_as_here(harness):
    (_, here), (run, there) = (explored(harness, target, "robust", "not-robust") for target in ("native", "arm64"))
    assert there == here == {"robust": ["pass"], "not-robust": ["pass", "fail", "pass"]}
    assert run.report()["exploration"]["arrivals"]["unbroken"] == 0, "a Neoverse N1 has atomic instructions"
    schema("report").validate(run.report())


@needs_arm64
def test_without_atomic_instructions_an_exploration_says_inside_of_what_no_death_was_tried(harness):
    run, verdicts = explored(harness, "arm64-a57", "robust")
    assert verdicts == {"robust": ["pass"]}
    assert run.report()["exploration"]["arrivals"]["unbroken"] > 0
    assert "load-exclusive and store-exclusive counted as one instruction each: no death inside" in " ".join(run.stdout.split())
    assert "between a load-exclusive and its store-exclusive" in run.limits()


@needs_arm64
def test_an_order_of_steps_that_fails_is_found_in_a_guest_and_comes_again_by_its_id(harness):
    run = harness("explore", "told-by-child", "--variant", "opens-mask-then-pauses", "--schedules", "40", "--target", "arm64")
    failed = [case["id"] for case in run.cases() if case["verdict"] == "fail"]
    assert run.status == 1 and failed, run.stdout + run.stderr
    assert harness("replay", failed[0], out="again").status == 1


@needs_arm64
def test_a_signals_handler_that_runs_in_a_region_is_gone_through_to_its_way_back(harness):
    """On arm64 it returns into the vdso, which is run through where it was called: nobody called it there."""
    run = harness("explore", "told-by-child", "--variant", "sigsuspend", "--every", "instruction", "--victim", "waiter",
                  "--region", "wait.begin..wait.end", "--arrivals", "6", "--target", "arm64")
    assert run.status == 0, run.stdout + run.stderr
    assert run.report()["exploration"]["cases"]["judged"] == 6


@needs_arm64
def test_several_guests_come_to_the_same(harness):
    run = harness("run", "crash-in-lock", "--variant", "robust", "--target", "arm64", "--jobs", "2")
    assert run.status == 0, run.stdout + run.stderr
    assert facts(run)["guests"] == 2


@needs_arm64
def test_a_case_of_arm64_can_be_replayed_by_its_id(harness):
    run = harness("replay", "crash-in-lock/arm64/not-robust/owner@probe:lock.held=kill")
    assert run.status == 1 and "deadlock" in run.stdout


# --- programs of other machines -----------------------------------------------------------------------------

def test_a_program_for_this_machine_is_refused_on_arm64_with_the_mend(harness):
    run = harness("run", "crash-in-lock", "--subject", BUILD / "subjects/shm-mutex/correct/robust", "--target", "arm64")
    assert run.status == 64, run.stderr
    for part in ("robust is built for x86_64", "runs programs for aarch64", "--target native"):
        assert part in run.stderr


@needs_arm64
def test_a_program_for_arm64_is_refused_natively_with_the_mend(harness):
    run = harness("run", "crash-in-lock", "--subject", ROBUST)
    assert run.status == 64, run.stderr
    for part in ("robust is built for aarch64", "runs programs for x86_64", "--target arm64"):
        assert part in run.stderr


@needs_arm64
def test_an_arm64_program_of_the_users_own_runs_on_arm64(harness):
    run = harness("run", "crash-in-lock", "--subject", ROBUST, "--target", "arm64")
    assert run.status == 0, run.stdout + run.stderr


@needs_arm64
def test_a_dynamic_program_with_a_library_beside_it_and_a_file_of_its_own_runs(harness):
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    if compiler is None:
        pytest.skip("no aarch64-linux-gnu-gcc here")
    folder = harness.folder
    (folder / "lib.c").write_text("int answer(void) { return 42; }\n")
    (folder / "main.c").write_text("""
        #include <stdio.h>
        int answer(void);
        int main(int argc, char** argv) {
          char text[64] = "";
          FILE* file = fopen(argv[1], "r");
          if (!file || !fgets(text, sizeof text, file)) return 3;
          printf("%d %s\\n", answer(), text);
          return argc == 2 ? 0 : 4;
        }""")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "libanswer.so", folder / "lib.c"], check=True)
    subprocess.run([compiler, "-o", folder / "program", folder / "main.c", f"-L{folder}", "-lanswer",
                    "-Wl,-rpath,$ORIGIN"], check=True)
    (folder / "settings").write_text("of mine")
    scenario = harness.scenario("""
        summary: a program with its own library and file
        roles: { main: { command: [./program, settings] } }
        faults: [none]
        checkers: [progress, { exit_status: { main: 0 } }]""")
    run = harness("run", scenario, "--target", "arm64")
    assert run.status == 0, run.stdout + run.stderr
    assert [event["data"]["text"] for event in run.events("output")] == ["42 of mine\n"]


@needs_arm64
def test_a_race_in_an_arm64_program_of_the_users_own_is_found_in_a_guest(harness):
    """Linked with the detector that is cross-built with the subjects. QEMU shows no reordering, and none is needed."""
    compiler = shutil.which("aarch64-linux-gnu-g++")
    if compiler is None:
        pytest.skip("no aarch64-linux-gnu-g++ here")

    def flags(which):
        told = subprocess.run(["pkg-config", which, "harness-race"], check=True, text=True, capture_output=True,
                              env={**os.environ, "PKG_CONFIG_PATH": str(ARM64 / "pkgconfig")})
        return shlex.split(told.stdout)

    ring, made = harness.folder / "ring", harness.folder / "ring.o"
    source = ROOT / "ci/tests/race/ring.cpp"
    subprocess.run([compiler, "-std=c++20", "-g1", "-O2", *flags("--cflags"), "-c", "-o", made, source], check=True)
    subprocess.run([compiler, "-static", "-o", ring, made, *flags("--libs")], check=True)
    for order, status in [("release", 0), ("relaxed", 1)]:
        scenario = harness.scenario(f"""
            summary: a ring of one's own
            mechanism: shm-ring
            roles: {{ both: {{ command: [./ring, {order}, "50"] }} }}
            faults: [none]
            checkers: [progress]""")
        run = harness("run", scenario, "--target", "arm64", out=order)
        assert run.status == status, run.stdout + run.stderr
        assert ("data race at /memfd:ring+" in run.stdout) is bool(status)
        assert status == 0 or "ring.cpp:" in run.stdout, "with its lines"


@needs_arm64
def test_a_script_is_refused_since_a_guest_has_no_interpreter(harness):
    script = harness.folder / "script"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    scenario = harness.scenario(
        "summary: s\nroles: { main: { command: [./script] } }\nfaults: [none]\ncheckers: [progress]\n")
    run = harness("run", scenario, "--target", "arm64")
    assert run.status == 64 and "/bin/sh" in run.stderr and "native" in run.stderr


# --- the emulator's own faults ------------------------------------------------------------------------------

DEKKER = r"""
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
/* Store buffering with sequential consistency: never may both sides read 0. */
static _Atomic int x, y, a, b;
static _Atomic int round_of[2];
static _Atomic int both;
static _Atomic int over;
static void pin(int cpu) { cpu_set_t set; CPU_ZERO(&set); CPU_SET(cpu, &set); sched_setaffinity(0, sizeof set, &set); }
static void meet(int me, int round) {
  atomic_store(&round_of[me], round);
  while (atomic_load(&round_of[!me]) < round && !atomic_load(&over)) {}
}
static void* side(void* is_second) {
  int me = is_second != 0;
  pin(me);
  for (int round = 1; !atomic_load(&over); ++round) {
    meet(me, 3 * round);
    if (me) { atomic_store(&y, 1); atomic_store(&b, atomic_load(&x)); }
    else { atomic_store(&x, 1); atomic_store(&a, atomic_load(&y)); }
    meet(me, 3 * round + 1);
    if (!me && !atomic_load(&over)) {
      if (atomic_load(&a) == 0 && atomic_load(&b) == 0) { atomic_store(&both, 1); atomic_store(&over, 1); }
      atomic_store(&x, 0); atomic_store(&y, 0);
    }
    meet(me, 3 * round + 2);
  }
  return 0;
}
int main(void) {
  pthread_t other;
  struct timespec begin, now;
  pthread_create(&other, 0, side, (void*)1);
  pthread_t first;
  pthread_create(&first, 0, side, 0);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do { poll(0, 0, 20); clock_gettime(CLOCK_MONOTONIC, &now); } while (!atomic_load(&over) && now.tv_sec - begin.tv_sec < 4);
  atomic_store(&over, 1);
  pthread_join(other, 0);
  pthread_join(first, 0);
  return atomic_load(&both);
}
"""


@needs_arm64
def test_a_failure_that_only_parallel_emulation_shows_is_suspected_to_be_the_emulators(harness):
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    if compiler is None or os.cpu_count() < 2:
        pytest.skip("needs aarch64-linux-gnu-gcc and two CPUs")
    (harness.folder / "dekker.c").write_text(DEKKER)
    subprocess.run([compiler, "-O2", "-static", "-pthread", "-o", harness.folder / "dekker", harness.folder / "dekker.c"],
                   check=True)
    scenario = harness.scenario("""
        summary: two sides that cannot both come first
        roles: { main: { command: [./dekker] } }
        faults: [none]
        checkers: [progress, { exit_status: { main: 0 } }]""")
    run = harness("run", scenario, "--target", "arm64")
    (case,) = run.cases()
    if case["verdict"] == "pass":
        pytest.skip("the emulator did not reorder this time")
    assert run.status == 2 and case["verdict"] == "inconclusive", run.stdout + run.stderr
    assert {finding["whose"] for finding in case["findings"]} == {"emulator-suspect"}
    assert "3 of 3 runs on arm64-single passed" in run.stdout
    assert harness("check", run.folder).status == 2, "judged the same from the record"


@needs_arm64
def test_a_run_of_which_a_guest_can_run_nothing_ends_and_says_why(harness):
    """A guest says what it lacks before it is asked for a case, and the run waited for its next word for ever."""
    run = harness("run", "race-between-processes", "--target", "arm64")
    assert run.status == 77 and run.cases() == []
    assert "the programs are built without the race detector" in run.stdout


# --- arm64-user: QEMU's user mode, which has no robust lists --------------------------------------------------------

needs_user_mode = pytest.mark.skipif(shutil.which("qemu-aarch64") is None or bool(NOT_HERE),
                                     reason="qemu-aarch64 (package qemu-user), or: " + NOT_HERE)


@needs_user_mode
def test_what_an_emulator_lacks_is_left_out_by_name_and_never_green(harness):
    run = harness("run", "crash-in-lock", "--target", "arm64-user")
    assert run.status == 77
    assert "the emulator has no robust lists" in run.stdout
    assert run.cases() == []


@needs_user_mode
def test_what_an_emulator_can_do_runs_under_it(harness):
    run = harness("run", "reader-vanishes", "--variant", "pipe/records", "--target", "arm64-user")
    assert run.status == 0, run.stdout + run.stderr
    assert {case["verdict"] for case in run.cases()} == {"pass"}


@needs_user_mode
def test_points_at_system_calls_are_left_out_under_an_emulator_that_makes_the_calls(harness):
    run = harness("run", "partial-writes", "--variant", "pipe/records", "--target", "arm64-user")
    assert "the emulator makes the system calls" in run.stdout
    assert all("syscall:" not in case["id"] for case in run.cases())
