"""Programs that we did not write, unmodified, in the shipped scenarios; each is skipped by name where its program is missing."""


import pytest

from conftest import ROOT, compile_c

yaml = pytest.importorskip("yaml")

SCENARIOS = {path.parent.name: yaml.safe_load(path.read_text())
             for path in sorted((ROOT / "scenarios").glob("real-*/scenario.yaml"))}


def words(text):
    """In one line, wherever the terminal's width broke it."""
    return " ".join(text.split())


def test_the_programs_of_the_scenarios_come_in_the_optional_packages():
    """So that ci/test installs whatever a scenario would else be skipped for."""
    listed = [line.split("#")[0].strip() for line in (ROOT / "ci" / "packages-optional").read_text().splitlines()]
    for name, scenario in SCENARIOS.items():
        assert set(scenario["programs"].values()) <= set(listed), name


MISSING = """
summary: a program that is not here
programs: { no-such-program: a-package-of-it }
roles:
  mine: { command: [no-such-program] }
checkers: [progress]
"""


def test_a_scenario_whose_program_is_missing_is_skipped_by_name(harness):
    run = harness("run", harness.scenario(MISSING))
    assert run.status == 77
    assert "there is no no-such-program here; on Debian: apt-get install a-package-of-it" in words(run.stdout)


def test_a_missing_program_leaves_the_other_scenarios_alone(harness):
    run = harness("run", harness.scenario(MISSING), "plain-c-program")
    assert run.status == 0, run.stdout + run.stderr
    assert "left out: mine on native: skipped: there is no no-such-program here" in words(run.stdout)
    assert "no-such-program" in (run.folder / "junit.xml").read_text()


TWO_WAYS = """
summary: the same role with two commands
roles:
  reference: { command: [echo, "one"] }
  mine: { command: [echo, "one"] }
variants:
  right: {}
  wrong: { mine: [echo, "two"] }
checkers: [{ output: { mine: { same_as: reference } } }]
expect: { right: pass, wrong: { fail: output } }
"""


def test_variants_of_a_scenario_give_roles_other_commands(harness):
    run = harness("run", harness.scenario(TWO_WAYS))
    assert run.status == 0, run.stdout + run.stderr
    assert {case["variant"]: case["verdict"] for case in run.cases()} == {"right": "pass", "wrong": "fail"}


def test_one_variant_of_a_scenario_is_judged_on_its_own(harness):
    run = harness("run", harness.scenario(TWO_WAYS), "--variant", "wrong")
    assert run.status == 1 and "from byte 0 on" in words(run.stdout)


def test_a_variant_that_nobody_wrote_down_is_refused(harness):
    run = harness("run", harness.scenario(TWO_WAYS.replace("wrong: { fail", "wrogn: { fail")))
    assert run.status == 64 and "did you mean wrong?" in run.stderr


def test_a_role_that_is_ready_at_its_end_lets_the_next_start_then(harness):
    run = harness("run", harness.scenario("""
summary: one after the other
roles:
  first: { command: [touch, "{tmp}/made"], ready: end }
  second: { command: [ls, "{tmp}"] }
checkers: [progress, { output: { second: { stdout: "made\\n" } } }]
"""))
    assert run.status == 0, run.stdout + run.stderr


def test_calls_are_counted_by_what_their_descriptor_stands_for(harness):
    """The first read from a pipe is the second or third read of a program that has read a file before."""
    run = harness("run", harness.scenario("""
summary: reads a file and then a pipe
links: { data: pipe }
roles:
  reader: { command: [cat, "mine.yaml", "-"], fds: { 0: data.read } }
  writer: { command: [echo, "one"], fds: { 1: data.write } }
faults: [{ victim: reader, at: "syscall:read(pipe)/enter", hold: settled, do: kill }]
checkers: [progress]
"""))
    assert run.status == 0, run.stdout + run.stderr
    (fault,) = run.events("fault")
    assert fault["data"]["args"][0] == 0 and fault["data"]["at"] == "syscall:read(pipe)/enter"


WATCHER = r"""
#include <sys/epoll.h>
#include <unistd.h>
int main(void) {
  int ends[2];
  char byte[8];
  if (pipe(ends) != 0 || write(ends[1], "1234", 4) != 4) return 8;
  struct epoll_event event = {.events = EPOLLIN | MODE};
  const int set = epoll_create1(0);
  if (epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) != 0 || epoll_wait(set, &event, 1, -1) != 1) return 9;
  return read(ends[0], byte, 8) != 1;
}
"""


@pytest.mark.parametrize("mode, is_synthetic", [("0", False), ("EPOLLET", True)])
def test_a_short_read_by_edges_is_labelled_as_one_that_the_kernel_never_gives(harness, mode, is_synthetic):
    """nginx takes a short read for "nothing left", as epoll(7) allows, and would wait for ever."""
    program = compile_c(harness.folder, WATCHER.replace("MODE", mode))
    run = harness("run", harness.scenario(f"""
summary: one short read
roles: {{ mine: {{ command: ["{program}"] }} }}
faults: [{{ victim: mine, at: "syscall:read/enter", do: short(1) }}]
checkers: [progress, {{ exit_status: {{}} }}]
"""))
    assert run.status == 0, run.stdout + run.stderr
    (fault,) = run.events("fault")
    assert fault["data"]["synthetic"] is is_synthetic
