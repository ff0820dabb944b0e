"""An installation stands by itself: it finds its scenarios, is linked against by pkg-config and CMake, and its
documents are true as written."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

from conftest import BUILD, HARNESS, LAST_NET_S, ROOT

pytestmark = pytest.mark.native_only  # packages are made of the native build

PROGRAM = '#include "probe/probe.h"\nint main(void) { return HARNESS_PROBE("mine"); }\n'
CMAKE = """cmake_minimum_required(VERSION 3.20)
project(mine C)
find_package(harness-probe REQUIRED)
add_executable(mine mine.c)
target_link_libraries(mine PRIVATE harness::probe)
"""
SCENARIO = """summary: a probe of an installed library
roles: {{ mine: {{ command: ["{program}"] }} }}
faults: [{{ victim: mine, at: "probe:mine", do: kill }}]
checkers: [progress]
"""


def done(*command, **options):
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=LAST_NET_S, **options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    if not (BUILD / "cmake_install.cmake").exists() or shutil.which("cmake") is None:
        pytest.skip("no CMake build to install from")
    folder = tmp_path_factory.mktemp("installed") / "prefix"
    done("cmake", "--install", BUILD, "--prefix", folder)
    return folder


def one_of(prefix, pattern):
    (path,) = prefix.rglob(pattern)
    return path


def strikes(prefix, program, folder):
    """A fault strikes at the program's probe, by the installed harness."""
    (folder / "mine.yaml").write_text(SCENARIO.format(program=program))
    done(prefix / "bin" / "harness", "run", folder / "mine.yaml", "--out", folder / "run")
    return '"kind":"fault"' in (folder / "run" / "history.jsonl").read_text().replace(": ", ":")


def test_the_installed_harness_finds_its_scenarios_and_subjects(prefix, tmp_path):
    said = done(prefix / "bin" / "harness", "run", "crash-in-lock", "--variant", "robust", "--case", "*held*", "--out",
                tmp_path / "run", cwd=tmp_path, env={"PATH": os.environ["PATH"]})
    assert said.startswith("crash-in-lock  native  1 correct pass")
    assert str(ROOT) not in (tmp_path / "run" / "plan.json").read_text()


def test_a_program_is_built_by_pkg_config(prefix, tmp_path):
    (tmp_path / "mine.c").write_text(PROGRAM)
    environment = {**os.environ, "PKG_CONFIG_PATH": str(one_of(prefix, "harness-probe.pc").parent)}
    flags = shlex.split(done("pkg-config", "--cflags", "--libs", "harness-probe", env=environment))
    assert str(ROOT) not in " ".join(flags)
    done("cc", "-o", tmp_path / "mine", tmp_path / "mine.c", *flags)
    assert strikes(prefix, tmp_path / "mine", tmp_path)


def test_a_program_is_built_by_find_package(prefix, tmp_path):
    (tmp_path / "mine.c").write_text(PROGRAM)
    (tmp_path / "CMakeLists.txt").write_text(CMAKE)
    done("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    done("cmake", "--build", tmp_path / "build")
    assert strikes(prefix, tmp_path / "build" / "mine", tmp_path)


SLOTS = """#define _GNU_SOURCE
#include "probe/slots.h"
int main(void) {
  struct harness_slots slots;
  if (harness_slots_make(&slots, memfd_create("mine", 0), "mine", 2, 8) != 0) return 2;
  static volatile int at = 8;
  ((char*)harness_slot_take(&slots, 0))[at] = 1;
  return 0;
}
"""


@pytest.mark.parametrize("way", ["pkg-config", "find_package"])
def test_guarded_slots_are_linked_from_the_installation(prefix, tmp_path, way):
    (tmp_path / "mine.c").write_text(SLOTS)
    if way == "pkg-config":
        environment = {**os.environ, "PKG_CONFIG_PATH": str(one_of(prefix, "harness-slots.pc").parent)}
        flags = shlex.split(done("pkg-config", "--cflags", "--libs", "harness-slots", env=environment))
        assert str(ROOT) not in " ".join(flags)
        done("cc", "-fsanitize=address", "-o", tmp_path / "mine", tmp_path / "mine.c", *flags)
    else:
        (tmp_path / "CMakeLists.txt").write_text(CMAKE.replace("harness::probe", "harness::slots"))
        done("cmake", "-S", tmp_path, "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_C_FLAGS=-fsanitize=address")
        done("cmake", "--build", tmp_path)
    ended = subprocess.run([tmp_path / "mine"], capture_output=True, text=True, check=False)
    assert "shared slot: 0 of mine, beyond its 8 bytes" in ended.stderr, ended.stderr


@pytest.mark.parametrize("way", ["pkg-config", "find_package"])
def test_the_race_detector_is_linked_from_the_installation(prefix, tmp_path, way):
    source = ROOT / "ci/tests/race/ring.cpp"
    if way == "pkg-config":
        environment = {**os.environ, "PKG_CONFIG_PATH": str(one_of(prefix, "harness-race.pc").parent)}
        to_compile, to_link = (shlex.split(done("pkg-config", which, "harness-race", env=environment)) for which in ("--cflags", "--libs"))
        assert str(ROOT) not in " ".join(to_compile + to_link)
        done("g++", "-std=c++20", "-g1", *to_compile, "-c", "-o", tmp_path / "mine.o", source)
        done("g++", "-o", tmp_path / "mine", tmp_path / "mine.o", *to_link)
    else:
        (tmp_path / "CMakeLists.txt").write_text(CMAKE.replace("mine C)", "mine CXX)").replace("mine.c)", f"{source})").replace("probe)", "race)")
                                                 + "target_compile_features(mine PRIVATE cxx_std_20)\n")
        done("cmake", "-S", tmp_path, "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}")
        done("cmake", "--build", tmp_path)
    for order, is_wrong in {"release": False, "relaxed": True}.items():
        ended = subprocess.run([tmp_path / "mine", order, "20"], capture_output=True, text=True, timeout=LAST_NET_S, check=True,
                               env={**os.environ, "HARNESS_RACE": str(tmp_path / f"shadow-{order}")})
        assert ("SUMMARY: HarnessRace: data race" in ended.stderr) is is_wrong, ended.stderr


def test_the_installed_plug_in_registers_itself(prefix, tmp_path):
    (tmp_path / "scenario.yaml").write_text(SCENARIO.format(program="true").replace("probe:mine", "syscall:exit_group/enter"))
    python = prefix / "lib" / "python3" / "dist-packages"
    said = done("/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-v", f"--basetemp={tmp_path / 'base'}",
                f"--rootdir={tmp_path}", tmp_path / "scenario.yaml", cwd=tmp_path, env={
                    **os.environ, "PYTHONPATH": str(python), "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}"})
    assert "syscall:exit_group/enter=kill PASSED" in said


def test_the_manual_page_and_the_completions_know_every_command(prefix):
    manual = one_of(prefix, "harness.1").read_text()
    completion = (prefix / "share" / "bash-completion" / "completions" / "harness").read_text()
    commands = re.search(r'compgen -W "([a-z ]+)" -- "\$word"\)\)\n  elif', completion).group(1).split()
    assert "gate" in commands
    for command in commands:
        assert re.search(rf"\b{command}\b", manual), command
    done("bash", "-n", prefix / "share" / "bash-completion" / "completions" / "harness")
    if shutil.which("groff"):
        assert subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", one_of(prefix, "harness.1")],
                              capture_output=True, text=True).stderr == ""


# --- documents as written -----------------------------------------------------------------------------------


def shown_in_order(wanted, said):
    """The first line of `wanted` that is not said after those before it; … stands for anything."""
    position = 0
    for line in wanted.strip().splitlines():
        pattern = ".*".join(map(re.escape, line.split("…")))
        found = re.compile(pattern).search(said, position)
        if found is None:
            return line
        position = found.end()
    return None


def test_the_tutorial_is_true_as_written(tmp_path):
    text = (ROOT / "docs" / "tutorial.md").read_text()
    environment = {**os.environ, "PATH": f"{HARNESS.parent}:{os.environ['PATH']}",
                   "PKG_CONFIG_PATH": str(BUILD / "pkgconfig")}
    shown = re.findall(r"```(sh|text)\n(.*?)```", text, re.S)
    script = "set -e\n" + "".join(f"{body}\necho ---block---\n" for kind, body in shown if kind == "sh")
    said = done("bash", "-c", script + "\n", cwd=tmp_path, env=environment).split("---block---")
    at = -1
    for kind, body in shown:
        if kind == "sh":
            at += 1
        else:
            assert shown_in_order(body, said[at]) is None, said[at]


def test_what_is_not_said_is_missed():
    assert shown_in_order("a …\nb", "a 1\nc\n") == "b"
    assert shown_in_order("a …\nb", "b\na 1\n") == "b"


def test_what_init_writes_is_laid_out_as_people_do(harness):
    harness("init", "mine")
    for name in ("writer.c", "reader.cpp"):
        text = (harness.folder / "mine" / name).read_text()
        assert re.search(r"^int main\((void)?\) \{$", text, re.M), text
        assert max(map(len, text.splitlines())) <= 110


def test_init_overwrites_nothing(harness):
    assert harness("init", "mine").status == 0
    before = (harness.folder / "mine" / "writer.c").read_bytes()
    again = harness("init", "mine")
    assert again.status == 64 and "is there already" in again.stderr
    assert (harness.folder / "mine" / "writer.c").read_bytes() == before
    (harness.folder / "other").mkdir()
    (harness.folder / "other" / "gate.yaml").write_text("mine")
    assert harness("init", "other").status == 64
    assert [path.name for path in (harness.folder / "other").iterdir()] == ["gate.yaml"], "nothing half done"


EXAMPLES = {"github.yaml": True, "gitlab-ci.yaml": True, "Jenkinsfile": False}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_ci_example_is_well_formed_and_its_commands_exist(harness, name):
    text = (ROOT / "ci" / "examples" / name).read_text()
    if EXAMPLES[name]:
        yaml = pytest.importorskip("yaml")
        assert yaml.safe_load(text)
    commands = re.findall(r"\bharness ((?:run|report merge|gate) [^\n|\"']*)", text)
    assert {command.split()[0] for command in commands} == {"run", "report", "gate"}
    for command in commands:
        words = shlex.split(command, comments=True)
        known = harness(*words[:2 if words[0] == "report" else 1], "--help").stdout
        for option in re.findall(r"--[a-z-]+", command):
            assert option in known, option


def test_the_workflow_of_init_has_commands_that_exist(harness):
    yaml = pytest.importorskip("yaml")
    harness("init", "mine")
    steps = yaml.safe_load((harness.folder / "mine" / "ci.yaml").read_text())["jobs"]["harness"]["steps"]
    (run,) = [step["run"] for step in steps if step.get("run", "").startswith("harness run")]
    assert all(option in harness("run", "--help").stdout for option in re.findall(r"--[a-z-]+", run))
