"""Points between two instructions: a sweep is a case for each of them, and a signal is delivered exactly there."""

import re

import pytest

from conftest import Runner, compile_c, ROOT

pytestmark = pytest.mark.native_only

WINDOW = "insn:wait.begin..wait.end"


def sweep_of(run, variant):
    """Verdicts by number, of the cases with one instruction each."""
    found = {}
    for case in run.cases():
        number = re.search(r"@insn:[^#+]*#(\d+)=", case["id"])
        if case["variant"] == variant and number and "+" not in case["id"]:
            found[int(number.group(1))] = case["verdict"]
    return found


@pytest.fixture(scope="module")
def before_wait(tmp_path_factory):
    return Runner(tmp_path_factory.mktemp("signal-before-wait"))("run", "signal-before-wait")


def test_a_sweep_is_one_case_for_each_instruction_from_the_first_on(before_wait):
    assert before_wait.status == 0, before_wait.stdout
    for variant in ("sigsuspend", "ppoll", "signalfd", "sigwaitinfo", "self-pipe", "flag-then-pause"):
        numbers = sorted(sweep_of(before_wait, variant))
        assert len(numbers) > 5 and numbers == list(range(1, len(numbers) + 1)), variant


def test_every_fault_of_a_sweep_strikes_at_the_instruction_of_its_number(before_wait):
    struck = before_wait.events("fault")
    assert len(struck) == len([case for case in before_wait.cases() if "@insn:" in case["id"]]) + len(
        [case for case in before_wait.cases() if "+" in case["id"]])
    for event in struck:
        if event["data"]["at"] == WINDOW:
            assert f"{WINDOW}#{event['data']['nth']}=" in event["case"]
            assert event["data"]["address"].startswith("0x")


def test_flag_then_pause_fails_in_one_window_up_to_the_sleep_and_nowhere_else(before_wait):
    verdicts = sweep_of(before_wait, "flag-then-pause")
    failing = [number for number, verdict in verdicts.items() if verdict == "fail"]
    assert failing == list(range(failing[0], len(verdicts) + 1))
    assert failing[0] > 1, "before the flag is read the signal is seen"


def test_the_window_is_the_same_on_every_run(harness, before_wait):
    again = harness("run", "signal-before-wait", "--variant", "flag-then-pause")
    assert sweep_of(again, "flag-then-pause") == sweep_of(before_wait, "flag-then-pause")


def test_waiting_calls_that_open_the_mask_themselves_never_fail(before_wait):
    for variant in ("sigsuspend", "ppoll", "signalfd", "sigwaitinfo", "self-pipe"):
        assert set(sweep_of(before_wait, variant).values()) == {"pass"}


def test_any_scenario_can_be_swept_from_the_command_line(harness):
    run = harness("run", "crash-in-lock", "--variant", "robust", "--at", "insn:lock.held..updated", "--do", "kill")
    assert run.status == 0, run.stdout
    ended = [case for case in run.cases() if "owner@insn:" in case["id"]]
    assert len(ended) > 5 and {case["verdict"] for case in ended} == {"pass"}


def test_a_kill_inside_an_update_is_survived_by_who_repairs_and_not_by_who_does_not(harness):
    words = ("run", "crash-in-lock", "--at", "insn:lock.held..updated", "--do", "kill")
    assert harness(*words, "--variant", "robust").status == 0
    assert harness(*words, "--variant", "no-repair", out="second").status == 1


def test_one_instruction_can_be_chosen_and_replayed(harness):
    run = harness("run", "signal-before-wait", "--variant", "flag-then-pause", "--at", f"{WINDOW}#5", "--do", "signal:USR1")
    assert run.status == 1
    assert {case["verdict"] for case in run.cases()} == {"fail"}
    case_id = f"signal-before-wait/native/flag-then-pause/waiter@{WINDOW}#5=signal-SIGUSR1"
    again = harness("replay", case_id, out="replay")
    assert again.status == 1 and "deadlock" in again.stdout


def test_an_instruction_that_is_never_reached_is_inconclusive_and_says_how_many_there_are(harness):
    run = harness("run", "handler-on-full-pipe", "--variant", "wakes-by-full-pipe", "--at", "insn:lookup.begin..lookup.end#9999")
    assert run.status == 2
    assert re.search(r"came to insn:lookup.begin..lookup.end \d+ of 9999 times", run.stdout)


def test_a_plan_says_that_all_instructions_will_be_struck_without_starting_anything(harness):
    run = harness("plan", "signal-before-wait")
    assert f"waiter@{WINDOW}#every=signal-SIGUSR1" in run.stdout


def test_a_storm_is_one_case_in_which_the_fault_strikes_again_and_again(harness):
    run = harness("run", "handler-on-full-pipe", "--variant", "wakes-by-full-pipe")
    storm = [event["data"]["nth"] for event in run.events("fault") if "#3,6..12=" in event["case"]]
    assert storm == [3, 6, 9, 12]


def test_probes_that_the_program_lacks_are_named(harness):
    run = harness("run", "signal-before-wait", "--at", "insn:wait.begin..wait.ended")
    assert run.status == 64
    assert "wait.end" in run.stderr


def test_a_program_that_passes_its_probes_by_libfiu_alone_cannot_be_stepped_and_is_told_so(harness):
    pytest.importorskip("ctypes.util")
    try:
        program = compile_c(harness.folder, "#define FIU_ENABLE 1\n#include <fiu.h>\nint main(){fiu_fail(\"a\");fiu_fail(\"b\");}", "-lfiu")
    except Exception:  # no libfiu for C programs here
        pytest.skip("no libfiu to compile with")
    path = harness.scenario(f"""
summary: a program of one's own
roles:
  one: {{ command: [{program}] }}
faults:
  - {{ victim: one, at: "insn:a..b", do: kill }}
checkers: [progress]
""")
    run = harness("run", path)
    assert run.status == 2
    assert "the program passes a by fiu_fail(3), not by HARNESS_PROBE" in " ".join(run.stdout.split())


def test_an_instruction_point_says_what_does_not_fit_it(harness):
    path = ROOT / "scenarios/signal-before-wait/scenario.yaml"
    text = path.read_text().replace('at: "insn:wait.begin..wait.end", arrival: every', 'at: "probe:wait.begin", arrival: every')
    run = harness("run", harness.scenario(text))
    assert run.status == 64 and "arrival: every is for the instructions of insn:FROM..TO" in run.stderr
