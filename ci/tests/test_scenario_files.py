"""A user's own scenario: commands, anywhere on disk, and clear words for every mistake in it."""

import re
import shlex
import tempfile

import pytest

from conftest import HARNESS

GOOD = """\
summary: one program that writes a line
roles:
  writer: { command: [echo, hello] }
faults:
  - { victim: writer, at: "syscall:write/enter", do: kill }
checkers: [progress, no_residue]
"""


def changed(before, after):
    assert before in GOOD
    return GOOD.replace(before, after)


# name: (text, line, what the message must say)
MISTAKES = {
    "a wrong key": (changed("roles:", "roels:"), 2, "did you mean roles?"),
    "a wrong key in a role": (changed("command:", "comand:"), 3, "did you mean command?"),
    "a wrong key in a fault": (changed("victim:", "victm:"), 5, "did you mean victim?"),
    "a missing key": (changed("checkers: [progress, no_residue]\n", ""), 1, '"checkers" is missing'),
    "a key twice": (GOOD + "summary: again\n", 7, "twice"),
    "a command that is no list": (changed("[echo, hello]", "echo"), 3, "must be a list"),
    "a count that is no number": (changed("hello]", "hello], count: two"), 3, "whole number"),
    "an arrival of nought": (changed("do: kill", "do: kill, arrival: 0"), 5, "at least 1"),
    "every instruction of a probe": (changed("do: kill", "do: kill, arrival: every"), 5, "insn:FROM..TO"),
    "a storm without an end": (changed("do: kill", "do: kill, arrival: { every: 2 }"), 5, "up_to"),
    "a storm that ends before it begins": (changed("do: kill", "do: kill, arrival: { every: 4, up_to: 2 }"), 5, "at least step"),
    "a range that goes down": (changed("do: kill", "do: kill, arrival: [3, 1]"), 5, "upwards"),
    "faults that are no list": (changed("  - { victim", "  x: { victim"), 5, "must be a list"),
    "no roles": (changed("{ command: [echo, hello] }", "{}"), 3, "needs a command"),
    "YAML with an open bracket": (changed("hello] }", "hello }"), None, "not valid YAML"),
    "YAML with a tab": (changed("  writer:", "\twriter:"), 3, "not valid YAML"),
    "a list instead of a mapping": ("- summary\n", 1, "a mapping"),
    "an unknown mechanism": (GOOD + "mechanism: pip\n", 7, "did you mean pipe?"),
    "an unknown role": (changed("victim: writer", "victim: writr"), 5, "did you mean writer?"),
    "a point of no known form": (changed("syscall:write/enter", "write"), 5, "syscall:NAME/enter"),
    "a moment of no known form": (changed("do: kill", "do: kill, hold: later"), 5, "settled"),
    "a role of its own kind of name": (changed("writer:", "writer.1:"), 3, "ends in a number"),
    "a role that is named by a path": (changed("writer:", '"../writer":'), 3, "letters, digits"),
    "a role with a name that no folder can have": (changed("writer:", "w" * 101 + ":"), 3, "at most 100"),
    "an expectation of no known form": (GOOD + "expect: { program: fine }\n", 7, "write pass"),
    "a class of mistake that is none": (GOOD + "expect: { program: { fail: progress, class: dat-race } }\n", 7, "did you mean data-race?"),
    "a class without a mistake": (GOOD + "expect: { program: { class: data-race } }\n", 7, "leave it out"),
    "a class of a known limit": (GOOD + "expect: { program: { fail: progress, because: ours, class: data-race } }\n", 7, "leave it out"),
    "a class for another target": (GOOD + "expect: { program: { fail: progress, elsewhere: { tsan: { fail: progress, class: data-race } } } }\n", 7, "once"),
    "an expected checker that is not used": (GOOD + "expect: { program: { fail: exit_status } }\n", 7, "exit_status"),
}

# The same, but these are found when the plan is made, which has no place in the file to tell.
PLANNING_MISTAKES = {
    "an unknown checker": (changed("[progress,", "[progess,"), 6, "did you mean progress?"),
    "an option that no checker takes": (changed("[progress,", "[{ no_residue: { x: 1 } },"), 6, "takes no options"),
    "an unknown action": (changed("do: kill", "do: kil"), 5, "did you mean kill?"),
    "an unknown signal": (changed("do: kill", "do: signal(SIGFOO)"), 5, "SIGFOO"),
    "an unknown errno": (changed("do: kill", "do: fail(ENOPE)"), 5, "ENOPE"),
    "an unknown system call": (changed("syscall:write/", "syscall:wirte/"), 5, "did you mean write?"),
    "a class of a program of one's own": (GOOD + "expect: { program: { fail: progress, class: data-race } }\n", 7, "leave it out"),
    "an unknown subject": (changed("roles:", "subject: shm-mutx\nroles:"), None, "did you mean shm-mutex?"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(harness, name):
    text, line, words = MISTAKES[name]
    file = harness.scenario(text)
    run = harness("run", file)
    assert run.status == 64, run.stdout
    assert words in run.stderr
    place = re.search(re.escape(str(file)) + r":(\d+):(\d+): ", run.stderr)
    assert place, run.stderr
    assert line in (None, int(place.group(1))) and int(place.group(2)) >= 1
    assert not run.folder.exists()


@pytest.mark.parametrize("name", PLANNING_MISTAKES)
def test_a_mistake_that_planning_finds_is_told_with_the_mend(harness, name):
    text, _, words = PLANNING_MISTAKES[name]
    run = harness("run", harness.scenario(text))
    assert run.status == 64 and words in run.stderr, run.stdout + run.stderr
    assert not run.folder.exists()


@pytest.mark.parametrize("name", [name for name, (_, line, _) in PLANNING_MISTAKES.items() if line])
def test_a_mistake_that_planning_finds_is_told_with_its_place(harness, name):
    text, line, _ = PLANNING_MISTAKES[name]
    file = harness.scenario(text)
    assert f"{file}:{line}:" in harness("run", file).stderr


def test_an_empty_file_is_told_with_its_place(harness):
    file = harness.scenario("")
    run = harness("run", file)
    assert run.status == 64 and f"{file}:1:1: " in run.stderr, run.stderr


def test_a_folder_or_a_file_that_is_not_there_is_refused(harness):
    (harness.folder / "empty").mkdir()
    assert harness("run", "./empty").status == 64
    assert harness("run", "./none.yaml").status == 64


def test_the_schema_agrees_about_every_mistake_in_shape(harness, schema_complains_of):
    """An editor that uses the schema marks what the harness refuses, where a schema can know it."""
    beyond_a_schema = {"an unknown role", "a key twice", "YAML with an open bracket", "YAML with a tab",
                       "a range that goes down", "a storm that ends before it begins", "no roles", "an expected checker that is not used"}
    accepted = {name for name, (text, _, _) in MISTAKES.items()
                if name not in beyond_a_schema and not schema_complains_of(text)}
    assert accepted == set()
    assert not schema_complains_of(GOOD)


def test_a_scenario_runs_from_anywhere_on_disk(harness):
    file = harness.scenario(GOOD, name="far/away/broker.yaml")
    run = harness("run", file)
    assert run.status == 0, run.stdout + run.stderr
    (case,) = run.cases()
    assert case["id"] == "broker/native/program/writer@syscall:write/enter=kill"
    assert harness("run", "./far/away/broker.yaml", out="second").status == 0


def test_a_folder_with_a_scenario_in_it_is_a_scenario(harness):
    harness.scenario(GOOD, name="broker/scenario.yaml")
    run = harness("run", "./broker")
    assert run.status == 0 and run.cases()[0]["id"].startswith("broker/native/")


def test_a_relative_program_is_found_beside_the_scenario(harness):
    file = harness.scenario(GOOD.replace("[echo, hello]", "[./mine]"), name="far/s.yaml")
    program = file.parent / "mine"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    assert harness("run", file).status == 0


# --- a role whose program cannot be started -----------------------------------------------------------------

def with_program(harness, program):
    return harness.scenario(GOOD.replace("[echo, hello]", f"[{program}]"))


def make_file(harness, content, mode):
    path = harness.folder / "mine"
    path.write_bytes(content)
    path.chmod(mode)
    return with_program(harness, "./mine")


def refused(harness, file, *words):
    run = harness("run", file)
    assert run.status == 64, run.stdout + run.stderr
    for word in ("writer", *words):
        assert word in run.stderr
    assert not (run.folder / "report.json").exists()


def test_a_program_that_does_not_exist_is_refused(harness):
    refused(harness, with_program(harness, "./missing"), "missing", "No such file")


def test_a_program_that_is_not_in_path_is_refused(harness):
    refused(harness, with_program(harness, "no-such-program"), "no-such-program", "PATH")


def test_a_program_that_is_not_executable_is_refused(harness):
    refused(harness, make_file(harness, b"#!/bin/sh\n", 0o644), "chmod +x")


def test_a_directory_in_place_of_a_program_is_refused(harness):
    (harness.folder / "mine").mkdir()
    refused(harness, with_program(harness, "./mine"), "directory")


def test_a_file_of_no_program_format_is_refused(harness):
    refused(harness, make_file(harness, b"not a program", 0o755), "ELF")


def test_a_cut_off_program_is_refused(harness):
    refused(harness, make_file(harness, b"\177ELF\2\1\1", 0o755), "ELF")


def test_a_program_for_another_machine_is_refused(harness):
    image = bytearray(HARNESS.read_bytes()[:4096])
    image[18:20] = (8).to_bytes(2, "little")  # e_machine: MIPS (elf(5))
    refused(harness, make_file(harness, bytes(image), 0o755), "mine")


def test_a_script_whose_interpreter_is_missing_is_refused(harness):
    refused(harness, make_file(harness, b"#!/no/such/interpreter\n", 0o755), "interpreter")


def test_a_probe_of_a_program_without_probes_is_refused(harness):
    file = harness.scenario(changed("syscall:write/enter", "probe:lock.held"))
    run = harness("run", file)
    assert run.status == 64 and "no probes" in run.stderr and "syscall:" in run.stderr


# --- a role that does not do what the fault waits for -------------------------------------------------------

def inconclusive(harness, text, *words):
    run = harness("run", harness.scenario(text))
    assert run.status == 2, run.stdout + run.stderr
    (case,) = run.cases()
    assert (case["verdict"], case["as_expected"]) == ("inconclusive", False)
    said = " ".join(run.stdout.split())
    for word in words:
        assert word in said
    return run


def test_a_role_that_exits_at_once_is_inconclusive(harness):
    inconclusive(harness, changed("[echo, hello]", '["true"]'), "did not strike", "never came to syscall:write/enter",
                 "exit status 0")


def test_a_role_that_fails_at_once_is_told_with_its_status(harness):
    inconclusive(harness, changed("[echo, hello]", '[sh, -c, "exit 3"]'), "did not strike", "exit status 3")


def test_a_role_that_comes_too_few_times_is_inconclusive(harness):
    inconclusive(harness, changed("do: kill", "arrival: 2, do: kill"), "fewer than 2 times")


def test_a_role_that_is_never_ready_leaves_the_others_unstarted_and_says_so(harness):
    run = inconclusive(harness, """
summary: the first is never ready
deadline_ms: 300
roles:
  first:  { command: [sleep, "1000"], ready: { stdout: listening } }
  second: { command: [echo, hello] }
faults:
  - { victim: second, at: "syscall:write/enter", do: kill }
checkers: [no_residue]
""", "second was never started")
    assert [event["role"] for event in run.events("spawned")] == ["first"]


# --- readiness and what is filled in ------------------------------------------------------------------------

def in_order(run, *wanted):
    seen = [(event["kind"], event["role"]) for event in run.history()]
    places = [seen.index(one) for one in wanted]
    assert places == sorted(places), seen


def test_a_role_is_ready_when_it_says_so(harness):
    run = harness("run", harness.scenario("""
summary: the client starts when the server has said that it listens
roles:
  server: { command: [sh, -c, "echo now listening"], ready: { stdout: listening } }
  client: { command: ["true"] }
checkers: [progress, { exit_status: {} }]
"""))
    assert run.status == 0
    in_order(run, ("spawned", "server"), ("ready", "server"), ("spawned", "client"))


def test_a_role_is_ready_when_its_file_exists(harness):
    run = harness("run", harness.scenario("""
summary: the client reads what the server has put there
roles:
  server:
    command: [sh, -c, "echo hi > {tmp}/new; mv {tmp}/new {tmp}/file; exec sleep 1000"]
    ready: { path: "{tmp}/file" }
  client: { command: [cat, "{tmp}/file"] }
faults:
  - { victim: client, at: "syscall:write/exit", do: kill }
checkers: [{ exit_status: {} }]
deadline_ms: 300
"""))
    in_order(run, ("spawned", "server"), ("ready", "server"), ("spawned", "client"), ("fault", "client"))
    assert [event["data"]["text"] for event in run.events("output")] == ["hi\n"]


def test_a_daemon_is_ready_when_what_its_first_process_left_is(harness):
    run = harness("run", harness.scenario("""
summary: the client reads what a daemon puts there, long after who started the daemon has ended
roles:
  daemon:
    command: [sh, -c, "(while [ ! -e {tmp}/go ]; do :; done; echo hi > {tmp}/new; mv {tmp}/new {tmp}/file) & : > {tmp}/go"]
    ready: { path: "{tmp}/file" }
  client: { command: [cat, "{tmp}/file"] }
faults: [none]
checkers: [progress, { exit_status: {} }]
"""))
    assert run.status == 0, run.stdout
    in_order(run, ("ready", "daemon"), ("spawned", "client"))
    assert [event["data"]["text"] for event in run.events("output")] == ["hi\n"]


def test_a_role_is_ready_at_its_nth_arrival(harness):
    run = harness("run", harness.scenario("""
summary: the second starts when the first writes for the third time
roles:
  first:  { command: [sh, -c, "echo 1; echo 2; echo 3"], ready: { at: "syscall:write/enter", arrival: 3 } }
  second: { command: ["true"] }
faults:
  - { victim: first, at: "syscall:write/enter", arrival: 3, do: stop, resume: settled }
checkers: [progress]
"""))
    assert run.status == 0
    in_order(run, ("ready", "first"), ("fault", "first"), ("spawned", "second"))


def test_names_in_braces_are_filled_in(harness):
    run = harness("run", harness.scenario("""
summary: says what it was given
roles:
  a: { command: [echo, "{instance}", "{index}", "{count}", "{participants}", "{name}", "{tmp}"], count: 2 }
  b: { command: [sh, -c, "echo $WHO"], env: { WHO: "{instance} at {tmp}" } }
checkers: [progress, { exit_status: {} }]
"""))
    assert run.status == 0
    said = {event["role"]: event["data"]["text"].split() for event in run.events("output")}
    assert said["a.1"][:4] == ["a.1", "1", "2", "3"] and said["a.2"][:4] == ["a.2", "2", "2", "3"]
    name, folder = said["a.1"][4:]
    assert re.fullmatch(r"/[\w.-]+", name), "a name for shm_open"
    assert said["b"] == ["b", "at", folder] and said["a.2"][4:] == [name, folder]


@pytest.mark.parametrize("without", [[], ["--without", "namespaces"]], ids=["namespaces", "ledger"])
def test_each_case_gets_an_empty_folder_of_its_own(harness, without):
    run = harness("run", harness.scenario("""
summary: writes a file, and fails if it is there already
roles:
  a: { command: [sh, -c, "ls -A {tmp}; set -C; > {tmp}/mine && echo made"] }
faults: [none, { victim: a, at: "syscall:write/exit", do: kill }]
checkers: [{ exit_status: {} }]
"""), *without)
    assert [event["data"]["text"] for event in run.events("output")] == ["made\n", "made\n"], run.stdout


def test_a_role_reads_files_wherever_they_are(harness):
    for place in ("/mnt", "/media", "/srv", "/var/tmp"):
        try:
            folder = tempfile.TemporaryDirectory(dir=place)
        except OSError:
            continue
        with folder as name:
            with open(f"{name}/file", "w", encoding="ascii") as file:
                file.write("here\n")
            run = harness("run", harness.scenario(f"""
summary: reads a file of the user's
roles:
  a: {{ command: [cat, "{name}/file"] }}
checkers: [{{ exit_status: {{}} }}]
"""), out="run" + place.replace("/", "-"))
            assert run.status == 0, f"{place}: {run.stdout}"


def test_a_program_that_leaves_something_is_told_what(harness):
    run = harness("run", harness.scenario("""
summary: leaves a shared-memory name
roles:
  a: { command: [touch, /dev/shm/left-by-a] }
checkers: [no_residue]
"""))
    assert run.status == 1 and "/dev/shm/left-by-a" in run.stdout
    assert [entry["object"] if isinstance(entry, dict) else entry for entry in run.cases()[0]["residue"]]


def test_an_expected_failure_of_a_program_is_as_expected(harness):
    run = harness("run", harness.scenario("""
summary: is known to leave a shared-memory name
roles:
  a: { command: [touch, /dev/shm/left-by-a] }
checkers: [no_residue]
expect:
  program: { fail: no_residue, because: nobody has mended it yet }
"""))
    assert run.status == 0, run.stdout + run.stderr


# --- several files, and words that change one ------------------------------------------------------------

def test_two_scenarios_of_one_name_are_refused_with_both_places(harness):
    for folder in "a", "b":
        (harness.folder / folder).mkdir()
        (harness.folder / folder / "same.yaml").write_text(GOOD)
    run = harness("run", "./a/same.yaml", "./b/same.yaml")
    assert run.status == 64 and "two scenarios are called same" in run.stderr, run.stderr
    assert "./a/same.yaml" in run.stderr and "./b/same.yaml" in run.stderr


def test_one_scenario_by_two_spellings_is_run_once(harness):
    file = harness.scenario(GOOD)
    run = harness("run", file, f"{file.parent}/../{file.parent.name}/{file.name}")
    assert run.status == 0 and len(run.cases()) == 1, run.stdout + run.stderr


def test_lines_that_a_point_of_the_command_line_makes_equal_are_one_case(harness):
    text = changed("do: kill }", 'do: kill }\n  - { victim: writer, at: "syscall:write/exit", arrival: [1, 2], do: kill }')
    run = harness("run", harness.scenario(text), "--at", "syscall:write/enter")
    assert [case["id"].partition("@")[2] for case in run.cases()] == ["syscall:write/enter=kill", "syscall:write/enter#2=kill"]


def test_the_replay_line_of_a_scenario_in_the_folder_itself_works_from_anywhere(harness, tmp_path):
    (harness.folder / "scenario.yaml").write_text(changed("[progress, no_residue]", "[{ exit_status: { writer: 3 } }]").replace("do: kill", "do: stop"))
    run = harness("run", ".")
    assert run.status == 1, run.stdout + run.stderr
    words = shlex.split(re.search(r"replay +harness (replay .*)", run.stdout)[1])
    again = harness(*words, out="again")
    assert again.status == 1 and again.cases()[0]["id"] == run.cases()[0]["id"], again.stdout + again.stderr
