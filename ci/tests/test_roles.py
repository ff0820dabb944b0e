"""Anyone's program plays a role of a scenario, in whatever language, without a change to it."""

import os
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT, compile_c

# What is on its descriptor 0 goes to 1, until the end.
COPY_C = r"""
#include <unistd.h>
int main(void) {
  char buffer[64];
  for (;;) {
    const ssize_t got = read(0, buffer, sizeof buffer);
    if (got <= 0) return got < 0;
    if (write(1, buffer, (size_t)got) != got) return 1;
  }
}
"""
COPY_CPP = "#include <iostream>\n#include <string>\nint main() { std::string line; while (std::getline(std::cin, " \
           "line)) std::cout << line << std::endl; }\n"
COPY_PYTHON = f"#!{sys.executable}\nimport os\nwhile got := os.read(0, 64):\n    os.write(1, got)\n"
COPY_GO = """package main

import (
	"io"
	"os"
)

func main() {
	if _, err := io.Copy(os.Stdout, os.Stdin); err != nil {
		os.Exit(1)
	}
}
"""
COPY_RUST = "use std::io;\nfn main() { io::copy(&mut io::stdin(), &mut io::stdout()).unwrap(); }\n"

SCENARIO = """
summary: a copier is cut off by its source, and is killed itself
links: { data: pipe }
roles:
  copier: { command: [cat], fds: { 0: data.read } }
  source: { command: [sh, -c, "trap '' PIPE; echo one; echo two; echo three"], fds: { 1: data.write } }
faults:
  - none
  - { victim: source, at: "syscall:write/enter", arrival: [1, 3], do: kill }
  - { victim: copier, at: "syscall:read(link)/enter", do: kill }
checkers: [progress, no_residue, { exit_status: { copier: 0 } }]
"""


def program_in(language, folder):
    if language == "c":
        return compile_c(folder, COPY_C, name="copy")
    if language == "python":
        path = folder / "copy.py"
        path.write_text(COPY_PYTHON)
        path.chmod(0o755)
        return path
    command, suffix, text = {
        "cpp": (["c++", "-O1"], "cpp", COPY_CPP), "rust": (["rustc", "-O"], "rs", COPY_RUST),
        "go": (["go", "build"], "go", COPY_GO)}[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    source = folder / f"copy.{suffix}"
    source.write_text(text)
    # Go without its C library: a static program with a loader, threads and signals of its own.
    environment = {**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOCACHE": str(folder / "cache")}
    subprocess.run([*command, "-o", str(folder / "copy"), str(source)], check=True, capture_output=True, env=environment)
    return folder / "copy"


@pytest.mark.parametrize("language", ["c", "cpp", "python", "rust", "go"])
def test_a_program_in_any_language_plays_a_role(harness, language):
    program = program_in(language, harness.folder)
    run = harness("run", harness.scenario(SCENARIO), "--role", f"copier={program}")
    assert run.status == 0, run.stdout + run.stderr
    assert {case["variant"] for case in run.cases()} == {program.name}
    assert len(run.events("fault")) == 4, "each fault struck"
    copied = [event["data"]["text"] for event in run.events("output")
              if event["role"] == "copier" and event["case"].endswith("no-fault")]
    assert "".join(copied) == "one\ntwo\nthree\n"


def test_a_program_that_is_wrong_is_caught_and_replayed_from_its_folder(harness):
    deaf = compile_c(harness.folder, "#include <unistd.h>\nint main(void) { for (;;) pause(); }", name="deaf")
    run = harness("run", harness.scenario(SCENARIO), "--role", f"copier={deaf}")
    assert run.status == 1 and "progress" in run.stdout
    assert f"harness replay '{run.folder}' --case" in run.stdout


def test_a_whole_command_takes_the_place_of_the_scenarios(harness):
    run = harness("run", harness.scenario(SCENARIO), "--role", "copier=sh -c 'cat; exit 0'", "--case", "*no-fault")
    assert run.status == 0 and len(run.cases()) == 1, run.stdout + run.stderr
    (spawned,) = [event for event in run.events("spawned") if event["role"] == "copier"]
    assert "exit 0" in str(spawned)


def test_one_role_of_a_shipped_scenario_beside_a_variant_of_its_subject(harness):
    mine = ROOT / "build" / "native" / "subjects" / "shm-mutex" / "mutants" / "not-robust"
    run = harness("run", "crash-in-lock", "--role", f"owner={mine}", "--variant", "robust", "--at", "probe:lock.held")
    assert run.status in (0, 1), run.stdout + run.stderr
    alone = harness("run", "crash-in-lock", "--role", f"owner={mine}")
    assert alone.status == 64 and "--variant" in alone.stderr


@pytest.mark.parametrize("words, mend", [
    (["--role", "copyer=cat"], "did you mean copier?"), (["--role", "copier"], "ROLE=PROGRAM"),
    (["--role", "copier=./none"], "none"), (["--role", "copier=cat", "--role", "copier=cat"], "twice"),
    (["--case", "mine/native/program/no-falt"], "did you mean mine/native/program/no-fault?")])
def test_a_wrong_role_or_case_is_refused_with_the_mend(harness, words, mend):
    run = harness("run", harness.scenario(SCENARIO), *words)
    assert run.status == 64 and mend in run.stderr, run.stderr


def test_a_case_of_a_sweep_is_chosen_by_its_id(harness):
    sweep = ["run", "crash-in-lock", "--at", "insn:lock.held..updated", "--do", "kill", "--variant", "robust"]
    first = harness("plan", *sweep[1:]).stdout.split()[0]
    run = harness(*sweep, "--case", first.replace("#every", "#17"))
    assert run.status == 0, run.stdout + run.stderr
    assert [case["id"] for case in run.cases()] == [first.replace("#every", "#17")]
