"""The command line that scripts rely on: statuses, messages with the mend, and output that a pipe can read."""

import json
import os
import pty
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import HARNESS

COMMANDS = ["bench", "check", "completion", "doctor", "explore", "gate", "init", "list", "plan", "replay", "report", "run", "show"]
ESCAPE = "\033"

WRONG = [
    (["rum"], ["rum", "did you mean run?"]),
    ([], ["harness --help"]),
    (["run"], ["harness list", "--all"]),
    (["run", "crash-in-lok"], ["crash-in-lok", "did you mean crash-in-lock?"]),
    (["run", "zz*"], ["zz*", "harness list"]),
    (["run", "./none.yaml"], ["none.yaml", "does not exist"]),
    (["run", "crash-in-lock", "--variant", "not-robst"], ["did you mean not-robust?"]),
    (["run", "crash-in-lock", "--target", "nativ"], ["did you mean native?"]),
    (["run", "crash-in-lock", "--at", "probe:lock.hled"], ["did you mean lock.held?"]),
    (["run", "crash-in-lock", "--at", "syscall:wirte/enter"], ["did you mean write?"]),
    (["run", "crash-in-lock", "--at", "syscall:send/enter"], ["library function", "sendto"]),
    (["run", "crash-in-lock", "--at", "syscall:write"], ["syscall:NAME/enter"]),
    (["run", "crash-in-lock", "--at", "lock.held"], ["probe:NAME"]),
    (["run", "crash-in-lock", "--subject", "./none"], ["none", "check the path"]),
    (["run", "crash-in-lock", "--without", "ptrac"], ["did you mean ptrace?"]),
    (["run", "crash-in-lock", "--repeat", "0"], ["--repeat", "1 to"]),
    (["run", "crash-in-lock", "--jobs", "many"], ["--jobs", "many"]),
    (["run", "crash-in-lock", "--sede", "3"], ["--sede"]),
    (["run", "--mechanism", "shm-mutx"], ["did you mean shm-mutex?"]),
    (["list", "scenaros"], ["did you mean scenarios?"]),
    (["show", "crash-in-lok"], ["did you mean crash-in-lock?"]),
    (["plan", "crash-in-lok"], ["did you mean crash-in-lock?"]),
    (["check", "none"], ["none", "not a run folder"]),
    (["gate", "none", "--policy", "none.yaml"], ["gate policy", "none.yaml"]),
    (["run", "crash-in-lock", "--shard", "5/4"], ["1/16 to 16/16"]),
    (["run", "crash-in-lock", "--shard", "1/4", "--json"], ["harness report merge"]),
    (["run", "crash-in-lock", "--role", "ownr=cat"], ["did you mean owner?"]),
    (["report"], ["name a run folder"]),
    (["report", "merge", "none", "--out", "merged"], ["none", "not a run folder"]),
    (["report", "diff", "none", "none"], ["none", "not a run folder"]),
    (["report", "none"], ["none", "not a run folder"]),
    (["replay", "none"], ["none", "scenario/target/variant/fault"]),
    (["replay", "crash-in-lock/native/robust/no-falt"], ["did you mean crash-in-lock/native/robust/no-fault?"]),
    (["completion", "bsh"], ["did you mean bash?"]),
]


@pytest.mark.parametrize("words, parts", WRONG, ids=[" ".join(words) or "nothing" for words, _ in WRONG])
def test_a_wrong_word_is_refused_with_the_mend(harness, words, parts):
    run = harness(*words)
    assert run.status == 64, run.stdout + run.stderr
    assert run.stdout == ""
    assert run.stderr.startswith("harness: ") and run.stderr.count("\n") == 1, "one line, from harness"
    for part in parts:
        assert part in run.stderr
    assert not run.folder.exists(), "nothing was begun"


def test_an_unknown_tag_is_named(harness):
    run = harness("run", "--tag", "qick")
    assert run.status == 64
    assert "qick" in run.stderr and "quick" in run.stderr


def test_an_empty_out_is_refused(harness):
    run = harness("run", "crash-in-lock", "--variant", "robust", "--out", "")
    assert run.status == 64
    assert "--out" in run.stderr


def test_help_names_every_command_and_every_status(harness):
    run = harness("--help")
    assert run.status == 0
    for word in [*COMMANDS, "64", "70", "77", "128+n"]:
        assert word in run.stdout
    for command in COMMANDS:
        assert harness(command, "--help").status == 0


def test_the_version_is_said(harness):
    run = harness("--version")
    assert run.status == 0 and run.stdout.startswith("harness ")


@pytest.mark.parametrize("what", ["scenarios", "subjects", "checkers", "actions", "targets", "formats"])
def test_lists_agree_in_every_form(harness, what):
    names = harness("list", what, "--names").stdout.splitlines()
    entries = json.loads(harness("list", what, "--json").stdout)
    assert names and [entry["name"] for entry in entries] == names
    assert all(entry["summary"] for entry in entries)
    lines = harness("list", what).stdout.splitlines()
    assert [line.startswith(name) for name, line in zip(names, lines, strict=True)] == [True] * len(names)


def test_show_names_roles_faults_checkers_variants_and_probes(harness):
    run = harness("show", "crash-in-lock")
    assert run.status == 0
    for word in ["owner", "waiter", "probe:lock.held", "mutual_exclusion", "not-robust", "(mutant)", "half-updated"]:
        assert word in run.stdout


def test_every_shipped_scenario_can_be_shown_and_planned(harness):
    for name in harness("list", "--names").stdout.split():
        assert harness("show", name).status == 0
        assert harness("plan", name).status == 0


def test_plan_says_what_run_does(harness):
    plan = json.loads(harness("plan", "crash-in-lock", "--json").stdout)
    planned = [case["id"] for case in plan["cases"]]
    assert planned == [case["id"] for case in harness("run", "crash-in-lock").cases()]
    assert [line.split()[0] for line in harness("plan", "crash-in-lock").stdout.splitlines()[:-1]] == planned


def test_plan_starts_nothing(harness):
    evidence = harness.folder / "started"
    scenario = harness.scenario(f"""
summary: says that it was started
roles:
  a: {{ command: [touch, "{evidence}"] }}
checkers: [progress]
""")
    run = harness("plan", scenario)
    assert run.status == 0 and not evidence.exists()
    left = sorted(path.name for path in harness.folder.iterdir())
    assert left == ["mine.yaml"], "no run folder either"
    assert harness("run", scenario).status == 0 and evidence.exists(), "run does start it"


def test_json_on_stdout_is_the_report(harness):
    run = harness("run", "lock-limit", "--json")
    assert run.status == 0
    assert json.loads(run.stdout) == run.report()


@pytest.mark.parametrize("words", [["lock-limit"], ["crash-in-lock", "--variant", "not-robust"],
                                   ["plain-c-program", "--variant", "plain-c", "--without", "ptrace"]])
def test_check_gives_the_status_of_the_run(harness, words):
    run = harness("run", *words)
    again = harness("check", run.folder)
    assert again.status == run.status
    assert again.stdout.splitlines()[0].split(" · ")[:-1] == run.stdout.splitlines()[0].split(" · ")[:-1]


def test_check_looks_at_the_history_and_not_at_the_verdict(harness):
    run = harness("run", "crash-in-lock", "--variant", "robust")
    lines = (run.folder / "history.jsonl").read_text().splitlines()
    kept = [line for line in lines if json.loads(line)["kind"] != "fault"]
    (run.folder / "history.jsonl").write_text("\n".join(kept) + "\n")
    again = harness("check", run.folder)
    assert run.status == 0 and again.status != 0
    assert "did not strike" in " ".join(again.stdout.split())


@pytest.mark.parametrize("format", ["json", "junit", "markdown"])
def test_a_stored_run_is_rendered_as_it_was(harness, format):
    run = harness("run", "lock-limit")
    name = {"json": "report.json", "junit": "junit.xml", "markdown": "summary.md"}[format]
    assert harness("report", run.folder, "--format", format).stdout == (run.folder / name).read_text()
    target = harness.folder / "rendered"
    assert harness("report", run.folder, "--format", format, "--out", target).status == 0
    assert target.read_text() == (run.folder / name).read_text()


def test_an_unknown_format_is_refused_with_the_mend(harness):
    run = harness("run", "lock-limit")
    refused = harness("report", run.folder, "--format", "markdwon")
    assert refused.status == 64 and "markdown" in refused.stderr


def test_a_case_of_one_of_several_subjects_is_replayed_by_the_line_that_its_report_gives(harness):
    run = harness("run", "half-closed", "--variant", "unix-stream/dialogue", "--repeat", "2")
    assert len(run.cases()) == 2
    for case in run.cases():
        command, what, name = shlex.split(case["replay"])
        assert (command, what) == ("harness", "replay")
        again = harness(what, name, out=f"again-{run.cases().index(case)}")
        assert again.status == 0, again.stdout + again.stderr
        assert [each["id"] for each in again.cases()] == [case["id"]]


def test_replay_of_a_run_folder_runs_what_surprised(harness):
    run = harness("run", "crash-in-lock", "--variant", "not-robust")
    surprises = {case["id"] for case in run.cases() if not case["as_expected"]}
    again = harness("replay", run.folder, out="again")
    assert again.status == 1
    assert {case["id"] for case in again.cases()} == surprises


def test_replay_of_a_run_without_surprise_wants_a_case(harness):
    run = harness("run", "lock-limit")
    refused = harness("replay", run.folder, out="again")
    assert refused.status == 64 and "--case" in refused.stderr
    case = run.cases()[0]["id"]
    assert harness("replay", run.folder, "--case", case, out="again").status == 0
    unknown = harness("replay", run.folder, "--case", case + "x", out="again2")
    assert unknown.status == 64 and f"did you mean {case}?" in unknown.stderr


def test_the_replay_line_of_a_run_that_did_without_does_without(harness):
    run = harness("run", "plain-c-program", "--variant", "plain-c", "--without", "ptrace")
    lines = [case["replay"] for case in run.cases() if not case["as_expected"]]
    assert lines and all("--without ptrace" in line for line in lines)


def test_doctor_says_of_every_ability_whether_it_is_there(harness):
    run = harness("doctor")
    assert run.status == 0
    said = json.loads(harness("doctor", "--json").stdout)
    for ability in ["ptrace", "namespaces", "robust-list"]:
        assert ability in run.stdout and ability in json.dumps(said)


def test_repeats_are_cases_of_their_own_and_replay(harness):
    run = harness("run", "crash-in-lock", "--variant", "not-robust", "--at", "probe:lock.held", "--repeat", 3)
    assert len({case["id"] for case in run.cases()}) == len(run.cases())
    repeated = [case["id"] for case in run.cases() if case["id"].endswith("/r3") and not case["as_expected"]]
    again = harness("replay", repeated[0], out="again")
    assert again.status == 1 and [case["id"] for case in again.cases()] == repeated[:1]


def test_the_same_seed_draws_the_same_arrivals_and_others_draw_others(harness):
    scenario = harness.scenario("""
summary: a fault whose arrival is drawn
roles:
  a: { command: [sh, -c, "echo 1; echo 2; echo 3"] }
faults:
  - { victim: a, at: "syscall:write/enter", arrival: { draw: 64 }, do: kill }
checkers: [progress]
""")
    plans = [harness("plan", scenario, "--seed", seed).stdout for seed in (1, 1, 2, 3, 4)]
    assert plans[0] == plans[1] and len(set(plans)) > 2


def test_repeats_draw_again(harness):
    scenario = harness.scenario("""
summary: a fault whose arrival is drawn
roles:
  a: { command: [sh, -c, "echo 1; echo 2; echo 3"] }
faults:
  - { victim: a, at: "syscall:write/enter", arrival: { draw: 64 }, do: kill }
checkers: [progress]
""")
    plan = json.loads(harness("plan", scenario, "--repeat", 10, "--json").stdout)
    assert len({case["faults"][0].get("arrival", 1) for case in plan["cases"]}) > 1


def test_output_in_a_pipe_is_plain(harness):
    for words in (["run", "crash-in-lock", "--variant", "not-robust"], ["list"], ["doctor"], ["run", "nothing"]):
        run = harness(*words)
        assert ESCAPE not in run.stdout + run.stderr and "\r" not in run.stdout + run.stderr


def on_a_terminal(harness, *words, **env):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(harness.command(*words), cwd=harness.folder, env=harness.environment(**env),
                               stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # EIO: the other side of a terminal is closed
        pass
    os.close(ours)
    process.wait()
    return said.decode()


def test_a_terminal_gets_colour_unless_no_color_is_set(harness):
    words = ["run", "crash-in-lock", "--variant", "not-robust"]
    environment = {"NO_COLOR": ""}
    assert f"{ESCAPE}[" in on_a_terminal(harness, *words, **environment)
    assert ESCAPE not in on_a_terminal(harness, *words, NO_COLOR="1")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_completion_script_is_valid(harness, shell):
    script = harness("completion", shell)
    assert script.status == 0
    interpreter = shutil.which(shell)
    if interpreter is None:
        pytest.skip(f"no {shell} here")
    assert subprocess.run([interpreter, "-n"], input=script.stdout, text=True, check=False).returncode == 0


def complete(harness, *words):
    """What bash offers at TAB after these words."""
    script = harness("completion", "bash").stdout
    line = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _harness; echo \"${{COMPREPLY[@]}}\""
    quoted_binary = f'harness() {{ "{HARNESS}" "$@"; }}\n'
    ended = subprocess.run(["bash", "-c", script + quoted_binary + line], cwd=harness.folder,
                           capture_output=True, text=True, check=False)
    return ended.stdout.split()


def test_completion_offers_commands_scenarios_and_options(harness):
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    assert set(complete(harness, "harness", "''")) >= set(COMMANDS)
    assert "crash-in-lock" in complete(harness, "harness", "run", "cr")
    assert "--variant" in complete(harness, "harness", "run", "--va")
    assert complete(harness, "harness", "run", "x", "--target", "na") == ["native"]


@pytest.mark.parametrize("words", [["list", "targets"], ["plan", "crash-in-lock", "--json"], ["run", "crash-in-lock", "--variant", "robust", "--json"]],
                         ids=lambda words: words[0])
def test_output_that_cannot_be_written_is_an_error_of_the_ground(harness, words):
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full here, full(4)")
    full = os.open("/dev/full", os.O_WRONLY)
    ended = subprocess.run(harness.command(*words), cwd=harness.folder, env=harness.environment(), stdout=full,
                           stderr=subprocess.PIPE, text=True, check=False)
    os.close(full)
    assert ended.returncode == 70 and "standard output cannot be written" in ended.stderr


@pytest.mark.parametrize("seed", ["-1", "18446744073709551616", "one"])
def test_a_seed_that_is_none_is_refused_with_the_range(harness, seed):
    run = harness("plan", "crash-in-lock", "--seed", seed)
    assert run.status == 64 and "write a number from 0 to 18446744073709551615" in run.stderr, run.stderr
