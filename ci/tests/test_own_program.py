"""A program of the user's own: no probes, or libfiu's, or a script; with children and threads."""

import subprocess

import pytest

from conftest import compile_c

# Two roles of the plain-c-program scenario: owner and worker, each writes three lines.
WRITER = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) dprintf(2, "arg %s\n", argv[i]);
  const char* lines[] = {"one\n", "two\n", "three\n"};
  for (int i = 0; i < 3; ++i) {
    if (write(1, lines[i], strlen(lines[i])) < 0) return 9;
  }
  return 0;
}
"""


def scenario(harness, program, fault, arguments=""):
    return harness.scenario(f"""
summary: one program of the user's own
roles:
  mine: {{ command: ["{program}"{arguments}] }}
faults:
  - {fault}
checkers: [progress, no_residue]
""")


def printed(run):
    return "".join(event["data"]["text"] for event in run.events("output") if event["name"] == "stdout")


def test_an_own_program_stands_in_for_the_subject(harness):
    program = compile_c(harness.folder, WRITER)
    own = ["--subject", program, "--at", "syscall:write/enter", "--", "--fast", "x y"]
    run = harness("run", "plain-c-program", *own)
    assert run.status in (0, 1), run.stdout + run.stderr
    assert {case["variant"] for case in run.cases()} == {"program"}
    spawned = run.events("spawned")
    assert spawned and all(event["data"]["command"][0] == str(program) for event in spawned)
    assert all(event["data"]["command"][-2:] == ["--fast", "x y"] for event in spawned), "what stands after --"
    assert all(event["data"]["at"] == "syscall:write/enter" for event in run.events("fault"))
    assert run.events("fault")


def test_an_own_program_that_is_relative_is_found_from_here(harness):
    compile_c(harness.folder, WRITER)
    run = harness("run", "plain-c-program", "--subject", "./program", "--at", "syscall:write/enter")
    assert run.status in (0, 1), run.stderr


@pytest.mark.parametrize("arrival, before", [(1, ""), (2, "one\n"), (3, "one\ntwo\n")])
def test_a_kill_at_the_nth_call_comes_before_its_effect(harness, arrival, before):
    source = WRITER.replace('dprintf(2, "arg %s\\n", argv[i])', "(void)argv[i]")
    program = compile_c(harness.folder, source)
    run = harness("run", scenario(harness, program,
                                  f'{{ victim: mine, at: "syscall:write/enter", arrival: {arrival}, do: kill }}'))
    assert run.status == 0 and printed(run) == before


@pytest.mark.parametrize("arrival, before", [(1, "one\n"), (3, "one\ntwo\nthree\n")])
def test_a_kill_at_the_return_of_the_nth_call_comes_after_its_effect(harness, arrival, before):
    source = WRITER.replace('dprintf(2, "arg %s\\n", argv[i])', "(void)argv[i]")
    program = compile_c(harness.folder, source)
    run = harness("run", scenario(harness, program,
                                  f'{{ victim: mine, at: "syscall:write/exit", arrival: {arrival}, do: kill }}'))
    assert run.status == 0 and printed(run) == before


def test_a_failed_call_is_not_run_and_gives_its_errno(harness):
    program = compile_c(harness.folder, r"""
#include <errno.h>
#include <unistd.h>
int main(void) {
  if (write(1, "first\n", 6) != 6) return errno == ENOSPC ? 28 : 1;
  return 0;
}
""")
    run = harness("run", scenario(harness, program, '{ victim: mine, at: "syscall:write/enter", do: fail(ENOSPC) }'))
    (ended,) = [event for event in run.events("ended") if event["role"] == "mine"]
    assert ended["data"]["code"] == 28 and printed(run) == ""


BUILDS = {"pie": [], "static": ["-static"], "no-pie": ["-no-pie"], "stripped": ["-s"]}


@pytest.mark.parametrize("build", BUILDS)
def test_counting_starts_at_main(harness, build):
    """Loaders and constructors make calls too, other ones in every build."""
    program = compile_c(harness.folder, r"""
#include <unistd.h>
__attribute__((constructor)) static void before_main(void) { if (write(1, "before main\n", 12) < 0) _exit(9); }
int main(void) { return write(1, "main\n", 5) < 0; }
""", *BUILDS[build])
    run = harness("run", scenario(harness, program, '{ victim: mine, at: "syscall:write/enter", do: kill }'))
    assert run.status == 0, run.stdout + run.stderr
    assert printed(run) == "before main\n"


def test_a_child_of_a_role_is_followed(harness):
    program = compile_c(harness.folder, r"""
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  const pid_t child = fork();
  if (child == 0) { if (write(1, "child\n", 6) < 0) _exit(9); _exit(0); }
  int status = 0;
  if (waitpid(child, &status, 0) != child) return 8;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 1;
}
""")
    run = harness("run", scenario(harness, program, '{ victim: mine, at: "syscall:write/enter", do: kill }'))
    (fault,) = run.events("fault")
    (spawned,) = run.events("spawned")
    (ended,) = run.events("ended")
    assert fault["pid"] != spawned["pid"], "the child was hit"
    assert ended["data"].get("code") == 9, "and its parent saw SIGKILL"


def test_a_thread_of_a_role_is_followed(harness):
    program = compile_c(harness.folder, r"""
#include <pthread.h>
#include <unistd.h>
static void* in_thread(void* nothing) { if (write(1, "thread\n", 7) < 0) _exit(9); return nothing; }
int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, 0, in_thread, 0) != 0) return 8;
  pthread_join(thread, 0);
  return 0;
}
""", "-pthread")
    run = harness("run", scenario(harness, program, '{ victim: mine, at: "syscall:write/enter", do: kill }'))
    (fault,) = run.events("fault")
    assert fault["tid"] != fault["pid"], "the thread was hit"
    (ended,) = run.events("ended")
    assert ended["data"].get("signal") == 9 and printed(run) == "", "and the whole process with it"


def test_a_program_that_another_becomes_is_followed(harness):
    """exec starts the count anew, at the main of the new program."""
    program = compile_c(harness.folder, WRITER)
    run = harness("run", harness.scenario(f"""
summary: a shell that becomes the program
roles:
  mine: {{ command: [sh, -c, "exec {program} 2>&-"] }}
faults:
  - {{ victim: mine, at: "syscall:write/enter", arrival: 3, do: kill }}
checkers: [progress]
"""))
    assert printed(run) in ("one\n", "one\ntwo\n"), run.stdout
    assert len(run.events("fault")) == 1


def test_a_script_is_a_program_as_well(harness):
    script = harness.folder / "mine.sh"
    script.write_text("#!/bin/sh\necho one\necho two\n")
    script.chmod(0o755)
    run = harness("run", scenario(harness, script,
                                  '{ victim: mine, at: "syscall:write/enter", arrival: 2, do: kill }'))
    assert run.status == 0 and printed(run) == "one\n"


def test_a_deadlock_of_an_own_program_is_explained(harness):
    program = compile_c(harness.folder, r"""
#include <unistd.h>
int main(void) { int ends[2]; char byte; if (pipe(ends) != 0) return 8; return (int)read(ends[0], &byte, 1); }
""")
    run = harness("run", scenario(harness, program, "none"))
    assert run.status == 1 and "deadlock" in run.stdout and "read" in run.stdout and not run.events("deadline")


def test_an_end_that_never_comes_is_blamed_on_the_child_that_keeps_it(harness):
    program = compile_c(harness.folder, r"""
#include <unistd.h>
int main(void) {
  if (fork() == 0) for (;;) pause();
  return write(1, "one\n", 4) != 4;
}
""", name="forker")
    run = harness("run", harness.scenario(f"""
summary: a writer leaves its end of a pipe in a child
links: {{ feed: pipe }}
roles:
  reader: {{ command: [cat], fds: {{ 0: feed.read }} }}
  writer: {{ command: ["{program}"], fds: {{ 1: feed.write }} }}
checkers: [progress]
"""))
    assert run.status == 1, run.stdout
    waits = {event["role"]: event["data"] for event in run.events("blocked")}
    (holder,) = waits["reader"]["fd"]["other_end"]
    assert holder["role"] == "writer" and holder["child"] and waits["reader"]["fd"]["link"] == "feed"
    assert waits["reader"]["fill"]["holds"] == 0
    assert "other end is open in a child of writer" in " ".join(run.stdout.split())
    assert waits["writer"]["child"] and waits["writer"]["wait"] == "signal"


def test_a_live_lock_meets_the_deadline(harness):
    program = compile_c(harness.folder, "int main(void) { for (volatile int i = 0;; ++i) {} }")
    file = scenario(harness, program, "none")
    file.write_text(file.read_text() + "deadline_ms: 200\n")
    run = harness("run", file)
    assert run.status == 1 and run.events("deadline") and not run.events("deadlock")


# --- libfiu -------------------------------------------------------------------------------------------------

def compile_fiu(harness, point):
    """A program that knows libfiu and nothing of the harness."""
    source = r"""
#define FIU_ENABLE 1
#include <fiu.h>
#include <unistd.h>
int main(void) {
  fiu_init(0);
  if (write(1, "before\n", 7) < 0) return 9;
  if (fiu_fail("POINT")) return 33;
  if (write(1, "after\n", 6) < 0) return 9;
  return 0;
}
""".replace("POINT", point)
    try:
        return compile_c(harness.folder, source, "-lfiu")
    except subprocess.CalledProcessError:
        pytest.skip("no libfiu to build with here")


NAMES = ["disk.full", "disk/full"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("without", [[], ["--without", "ptrace"]], ids=["traced", "untraced"])
def test_a_program_that_uses_libfiu_is_killed_at_its_point(harness, name, without):
    program = compile_fiu(harness, name)
    run = harness("run", scenario(harness, program, f'{{ victim: mine, at: "probe:{name}", do: kill }}'), *without)
    assert run.status == 0, run.stdout + run.stderr
    assert printed(run) == "before\n"
    assert [event["data"]["at"] for event in run.events("fault")] == [f"probe:{name}"]


def test_a_point_of_libfiu_fails_on_demand(harness):
    program = compile_fiu(harness, "disk.full")
    run = harness("run", scenario(harness, program, '{ victim: mine, at: "probe:disk.full", do: fail }'))
    (ended,) = run.events("ended")
    assert ended["data"]["code"] == 33 and printed(run) == "before\n"


def test_a_point_of_libfiu_that_does_not_exist_never_strikes_and_is_inconclusive(harness):
    program = compile_fiu(harness, "disk.full")
    run = harness("run", scenario(harness, program, '{ victim: mine, at: "probe:disk.fill", do: kill }'))
    assert run.status == 2 and "never came to probe:disk.fill" in " ".join(run.stdout.split())


def test_a_server_that_ends_before_it_is_ready_is_told_with_its_last_words_and_never_passes(harness):
    """All that depends on it fails then, and what the checkers ask may hold all the same."""
    run = harness("run", harness.scenario(
        "summary: a server with a wrong path\nroles:\n"
        "  server: { command: [sh, -c, 'echo no such directory >&2; exit 3'], ready: { path: '{tmp}/socket' } }\n"
        "  client: { command: ['true'] }\nfaults: [none]\ncheckers: [progress]\n"))
    assert run.status == 2, run.stdout
    assert "server ended with exit status 3 before it was ready" in run.stdout
    assert "no such directory" in run.stdout


# The memory is given back before the descriptors are closed, and takes a while.
DIES_SLOWLY = r"""
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>
int main(int argc, char** argv) {
  const int fd = open("lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return 9;
  if (strcmp(argv[argc - 1], "holder") != 0) return 0;
  const size_t size = 512 << 20;
  memset(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, size);
  pause();
  return 8;
}
"""


def test_who_begins_after_a_kill_begins_after_the_death(harness):
    program = compile_c(harness.folder, DIES_SLOWLY)
    run = harness("run", harness.scenario(f"""
summary: the next one takes the lock of one that was killed
roles:
  holder: {{ command: ["{program}", holder], ready: {{ at: "syscall:pause/enter" }} }}
  next: {{ command: ["{program}", next] }}
faults:
  - {{ victim: holder, at: "syscall:pause/enter", do: kill }}
checkers: [{{ exit_status: {{ next: 0 }} }}]
"""))
    assert run.status == 0, run.stdout
    assert [event["role"] for event in run.events("ended") if event["name"] == "signal"] == ["holder"]
