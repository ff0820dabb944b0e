"""Targets asan, tsan, arm64-asan and arm64-tsan: what a sanitizer says is part of the verdict of the case that caused it."""
import json
import os
import shutil
import subprocess

import pytest

from conftest import HARNESS, LAST_NET_S

pytestmark = pytest.mark.native_only

MISTAKES = {
    "frees-copied-log": "heap-use-after-free",
    "copies-too-much": "heap-buffer-overflow",
    "shifts-too-far": "shift exponent",
}

SUM = """
#include <cstdio>
#include <vector>
int main(int argc, char** argv) {
  std::vector<int> numbers(3);
  int sum = 0;
  for (int i = 0; i < 3 + argc - 1; ++i) sum += numbers.data()[i];
  std::printf("%d\\n", sum);
}
"""


def reason_to_skip(target):
    doctor = subprocess.run([HARNESS, "doctor", "--json"], capture_output=True, text=True, check=False)
    if doctor.returncode != 0:
        return "harness doctor failed"
    told = next((one for one in json.loads(doctor.stdout)["targets"] if one["id"] == target), None)
    if told is None:
        return f"target {target} is not in this harness"
    return "" if told["available"] else f"target {target}: {told['detail']}"


def skip_where_missing(target):
    reason = reason_to_skip(target)
    if reason:
        pytest.skip(reason)


def findings_by_variant(run):
    """What sanitizer_clean found, by variant, with the fault of the case."""
    found = {}
    for case in run.cases():
        for finding in case["findings"]:
            if finding["checker"] == "sanitizer_clean":
                found.setdefault(case["variant"], []).append((case["id"], finding["message"]))
    return found


@pytest.mark.parametrize("target", ["asan", "arm64-asan"])
def test_memory_errors_that_only_a_death_opens_up_are_caught_by_name(harness, target):
    skip_where_missing(target)
    run = harness("run", "memory-error-in-recovery", "--target", target)
    assert run.status == 0, run.stdout
    found = findings_by_variant(run)
    assert set(found) == set(MISTAKES), "the correct variant is clean"
    for variant, mistake in MISTAKES.items():
        assert all("no-fault" not in case for case, _ in found[variant]), "without a death the path is not taken"
        assert mistake in found[variant][0][1]
        assert "subjects/shm-mutex/" in found[variant][0][1], "the finding names the file and the line"


@pytest.mark.parametrize("target", ["tsan", "arm64-tsan"])
def test_a_race_that_only_a_death_opens_up_is_caught(harness, target):
    skip_where_missing(target)
    run = harness("run", "race-in-recovery", "--target", target)
    assert run.status == 0, run.stdout
    found = findings_by_variant(run)
    assert set(found) == {"counts-unlocked", "counts-in-two-orders"}
    assert "ThreadSanitizer: data race" in found["counts-unlocked"][0][1]


def test_without_a_sanitizer_the_scenario_is_skipped_by_name(harness):
    run = harness("run", "memory-error-in-recovery")
    assert run.status == 77
    assert "the programs are built without" in run.stdout
    assert "AddressSanitizer" in run.stdout


def test_a_crash_that_the_fault_itself_sent_is_not_blamed_on_the_victim(harness):
    skip_where_missing("asan")
    run = harness("run", "ends-in-lock", "--target", "asan", "--variant", "robust")
    assert run.status == 0, run.stdout
    assert not findings_by_variant(run)


def test_a_sanitizer_that_breaks_off_is_inconclusive(harness):
    """ThreadSanitizer follows the order of at most 64 locks that a thread holds at once."""
    skip_where_missing("tsan")
    scenario = harness.scenario(
        "summary: more locks than ThreadSanitizer can follow\n"
        "mechanism: shm-mutex\nsubject: shm-mutex\n"
        "roles:\n"
        "  owner: { args: [owner, --name, '{name}', --participants, '{participants}'] }\n"
        "faults: [none]\n"
        "checkers: [progress]\n"
        "expect: { within-limit: pass }\n")
    run = harness("run", scenario, "--target", "tsan")
    assert run.status == 2, run.stdout
    assert "ThreadSanitizer itself broke off" in run.stdout


@pytest.mark.parametrize("scenario, target, variant, mistake", [
    ("memory-error-after-short-read", "asan", "overruns-after-short-read", "heap-buffer-overflow at subjects/common/stream/program.h:"),
    ("overrun-in-shared-memory", "asan", "overruns-slot", "use-after-poison at subjects/shm-ring/spsc.h"),
    ("leak-at-broken-pipe", "lsan", "leaks-at-epipe", "leaked in 1 allocation(s). at subjects/common/stream/"),
    ("race-in-recovery", "tsan", "counts-in-two-orders", "lock-order-inversion"),
    ("race-seen-in-one-mapping", "tsan", "pair-relaxed", "data race at subjects/shm-ring/"),
    ("handler-allocates-under-tsan", "tsan", "notes-by-malloc", "signal-unsafe call inside of a signal"),
])
def test_a_planted_mistake_of_each_class_is_caught_by_its_name(harness, scenario, target, variant, mistake):
    skip_where_missing(target)
    run = harness("run", scenario, "--target", target)
    assert run.status == 0, run.stdout
    found = findings_by_variant(run)
    assert mistake in found[variant][0][1]
    mutants = {case["variant"] for case in run.cases() if case["mutant"]}
    assert set(found) <= mutants, "correct variants are clean"


def test_leaks_are_looked_for_on_a_target_of_their_own(harness):
    run = harness("run", "leak-at-broken-pipe", "--target", "asan")
    assert run.status == 77
    assert "leaks are looked for without a tracer alone: on target lsan" in run.stdout.replace("\n  ", " ")
    run = harness("run", "memory-error-after-short-read", "--target", "lsan")
    assert "needs a tracer; LeakSanitizer is a tracer itself" in run.stdout.replace("\n  ", " ")


def test_a_leak_where_a_call_failed_is_found_with_the_call_made_to_fail(harness):
    """LeakSanitizer needs the only tracer there can be: the kernel tells of the call by a notification."""
    skip_where_missing("lsan")
    run = harness("run", "leak-at-broken-pipe", "--target", "lsan")
    assert run.status == 0, run.stdout
    verdicts = {case["variant"]: case["verdict"] for case in run.cases() if "syscall:write-link" in case["id"]}
    assert verdicts == {"records": "pass", "leaks-at-epipe": "fail"}


@pytest.mark.parametrize("complaint, mend", [
    ("LeakSanitizer has encountered a fatal error.", "needs ptrace(2)"),
    ("x: error while loading shared libraries: libtsan.so.2: cannot open shared object file", "apt-get install libtsan2"),
    ("FATAL: ThreadSanitizer: encountered an incompatible personality", "personality(2) is refused here"),
    ("ERROR: ThreadSanitizer failed to allocate 0x7000 bytes", "ThreadSanitizer failed to allocate"),
])
def test_a_sanitizer_that_cannot_start_makes_its_target_unavailable_and_says_why(tmp_path, complaint, mend):
    program = tmp_path / "build/tsan/subjects/shm-mutex/correct/robust"
    program.parent.mkdir(parents=True)
    (tmp_path / "build/native").mkdir()
    copied = shutil.copy(HARNESS, tmp_path / "build/native/harness")
    for text, works in (f"echo '{complaint}' >&2; exit 127", False), ("exit 2", True):
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        doctor = subprocess.run([copied, "doctor", "--json"], capture_output=True, text=True, check=True)
        tsan = next(one for one in json.loads(doctor.stdout)["targets"] if one["id"] == "tsan")
        assert tsan["available"] is works
        assert works or (complaint in tsan["detail"] and mend in tsan["detail"])


def test_a_program_of_ones_own_that_is_built_with_a_sanitizer_is_judged_by_it_on_native(harness, tmp_path):
    source = tmp_path / "sum.cpp"
    source.write_text(SUM)
    subprocess.run(["g++", "-g", "-fsanitize=address", "-o", tmp_path / "sum", source], check=True)
    for arguments, status in ([], 0), (["more"], 1):
        words = json.dumps([str(tmp_path / "sum"), *arguments])
        scenario = harness.scenario(
            "summary: sums up\nmechanism: shm-mutex\n"
            f"roles: {{ adder: {{ command: {words}, env: {{ ASAN_OPTIONS: 'detect_leaks=0:exitcode=0' }} }} }}\n"
            "faults: [none]\ncheckers: [progress]\n")
        run = harness("run", scenario)
        assert run.status == status, run.stdout
    assert "AddressSanitizer: heap-buffer-overflow at" in run.stdout


NEVER_WOKEN = """
#include <thread>
#include <unistd.h>
int main() {
  int ends[2];
  if (pipe(ends) != 0) return 2;
  std::thread reader([&] { char byte; (void)!read(ends[0], &byte, 1); });
  reader.join();
}
"""


def test_the_runtimes_own_thread_does_not_keep_a_deadlock_from_being_told(harness, tmp_path):
    """ThreadSanitizer's sleeps and looks round for ever: what never ends was told by the deadline alone."""
    (tmp_path / "never.cpp").write_text(NEVER_WOKEN)
    subprocess.run(["g++", "-g", "-fsanitize=thread", "-o", tmp_path / "never", tmp_path / "never.cpp"], check=True)
    run = harness("run", harness.scenario(
        f"summary: waits for itself\nmechanism: pipe\nroles: {{ waiter: {{ command: ['{tmp_path}/never'] }} }}\n"
        "faults: [none]\ncheckers: [progress]\n"))
    assert run.status == 1 and "deadlock, nobody left can wake anybody" in run.stdout, run.stdout
    assert {event["name"] for event in run.events("blocked")} == {"futex", "read"}


LEAVES_ONE = """
#include <thread>
#include <unistd.h>
int main() {
  static int ends[2];
  if (pipe(ends) != 0) return 2;
  std::thread([] { char byte; (void)!read(ends[0], &byte, 1); }).detach();
}
"""


def test_who_ends_while_a_thread_is_left_is_not_taken_for_the_runtimes_own(harness, tmp_path):
    """ThreadSanitizer lets it wait in its own code, for a second, before it ends the process."""
    (tmp_path / "leaves.cpp").write_text(LEAVES_ONE)
    subprocess.run(["g++", "-g", "-fsanitize=thread", "-o", tmp_path / "leaves", tmp_path / "leaves.cpp"], check=True)
    words = f"{{ command: ['{tmp_path}/leaves'], env: {{ TSAN_OPTIONS: 'report_thread_leaks=0' }} }}"
    run = harness("run", harness.scenario(f"summary: ends with a thread left\nmechanism: pipe\nroles: {{ leaver: {words} }}\n"
                                          "faults: [none]\ncheckers: [progress, { exit_status: { leaver: 0 } }]\n"))
    assert run.status == 0, run.stdout


RING = """
summary: a ring whose publishing is relaxed
mechanism: shm-ring
subject: shm-ring
{modes}
roles:
  producer: {{ args: [producer, --name, '{{name}}'], ready: {{ at: "probe:ring.open" }} }}
  consumer: {{ args: [consumer, --name, '{{name}}'] }}
faults: [none]
checkers: [progress, {{ sanitizer_clean: {{ {known} }} }}]
expect: {{ {variant}: pass }}
"""


def ring_of(harness, variant, known="", modes=""):
    return harness("run", harness.scenario(RING.format(variant=variant, known=known, modes=modes)), "--target", "tsan")


def test_a_relaxed_publish_between_two_roles_is_seen_when_they_are_threads_of_one_process(harness):
    skip_where_missing("tsan")
    for variant, status in ("relaxed-publish", 1), ("spsc", 0):
        run = ring_of(harness, variant)
        assert run.status == status, run.stdout
        plan = json.loads((run.folder / "plan.json").read_text())["plan"]["cases"]
        assert [case.get("mode", "processes") for case in plan] == ["processes", "threads"]
        assert plan[1]["id"].endswith(f"/tsan/{variant}/threads")
    found = findings_by_variant(ring_of(harness, "relaxed-publish"))["relaxed-publish"]
    assert all(case.endswith("/threads") for case, _ in found), "between processes ThreadSanitizer sees nothing"
    assert "data race at subjects/shm-ring/" in found[0][1]


def test_a_scenario_may_be_for_processes_alone(harness):
    skip_where_missing("tsan")
    run = ring_of(harness, "relaxed-publish", modes="modes: [processes]")
    assert run.status == 0 and len(run.cases()) == 1, run.stdout


@pytest.mark.parametrize("until, status, told", [
    ("2099-12-31", 0, "does not count until 2099-12-31: seen on purpose"),
    ("2020-01-01", 1, "was known until 2020-01-01, and counts again: seen on purpose"),
])
def test_a_known_report_does_not_count_until_its_last_day_and_is_told(harness, until, status, told):
    skip_where_missing("tsan")
    run = ring_of(harness, "relaxed-publish",
                  f"known: [{{ report: data race, at: subjects/shm-ring/, because: seen on purpose, until: {until} }}]")
    assert run.status == status, run.stdout
    assert told in " ".join(run.stdout.split())


def test_a_known_report_without_an_explanation_is_refused(harness):
    run = ring_of(harness, "spsc", "known: [{ report: data race, at: spsc.h, until: 2099-12-31 }]")
    assert run.status == 64
    assert 'a known report needs' in run.stderr and '"because" is missing' in run.stderr and ".yaml:10:22:" in run.stderr


LINEAGE = """
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
MISTAKE
int main(int argc, char** argv) {
  const char* who = argc > 1 ? argv[1] : "";
  if (strcmp(who, "grandchild") == 0) return mistake();
  if (strcmp(who, "prints-much") == 0) {
    for (int i = 0; i < 2000; ++i) fprintf(stderr, "line %d of a program that has much to say\\n", i);
    if (fork() == 0) _exit(mistake());
    wait(NULL);
    for (int i = 0; i < 2000; ++i) fprintf(stderr, "line %d of a program that has much to say\\n", i);
    return 0;
  }
  const pid_t child = fork();
  if (child == 0) {
    if (strcmp(who, "child-executes") == 0) execl("/proc/self/exe", argv[0], "grandchild", (char*)0);
    if (strcmp(who, "child-errs") == 0) _exit(mistake());
    if (strcmp(who, "child-aborts") == 0) abort();
    pause();
  }
  if (strcmp(who, "kills-child") == 0) kill(child, 9);
  waitpid(child, NULL, 0);
  return 0;
}
"""


# What each sanitizer sees, in a process of any generation.
MISTAKE_OF = {
    "address": ("heap-buffer-overflow at", """
static int mistake(void) {
  volatile char* room = malloc(4);
  return room[strlen("four") + 1];
}
"""),
    "undefined": ("shift exponent 36 is too large", """
static int mistake(void) {
  volatile int by = (int)strlen("four") * 9;
  return 1 << by;
}
"""),
    "thread": ("data race at", """
#include <pthread.h>
static int counter;
static void* count(void* word) {
  ++counter;
  return word;
}
static int mistake(void) {
  pthread_t one, other;
  if (pthread_create(&one, 0, count, 0) != 0 || pthread_create(&other, 0, count, 0) != 0) return 2;
  pthread_join(one, 0);
  pthread_join(other, 0);
  return 0;
}
"""),
}


def built_lineage(folder, compiler="gcc", sanitizer="address"):
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler} here")
    (folder / "lineage.c").write_text(LINEAGE.replace("MISTAKE", MISTAKE_OF[sanitizer][1]))
    subprocess.run([compiler, "-g", "-O0", f"-fsanitize={sanitizer}", "-o", folder / "lineage", folder / "lineage.c"], check=True)
    return folder / "lineage"


@pytest.mark.parametrize("sanitizer", MISTAKE_OF)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("who, is_reported", [
    ("child-errs", True), ("child-executes", True), ("child-aborts", False), ("kills-child", False)])
def test_what_a_child_does_under_a_sanitizer_is_neither_lost_nor_made_up(harness, tmp_path, compiler, sanitizer, who, is_reported):
    words = json.dumps([str(built_lineage(tmp_path, compiler, sanitizer)), who])
    scenario = harness.scenario(
        "summary: a parent and its child\nmechanism: shm-mutex\n"
        f"roles: {{ parent: {{ command: {words}, env: {{ ASAN_OPTIONS: 'detect_leaks=0' }} }} }}\n"
        "faults: [none]\ncheckers: [progress, { exit_status: { parent: 0 } }]\n")
    run = harness("run", scenario)
    assert run.status == (1 if is_reported else 0), run.stdout
    assert (f"Sanitizer: {MISTAKE_OF[sanitizer][0]}" in run.stdout) is is_reported
    if is_reported:
        assert "lineage.c:" in run.stdout


@pytest.mark.parametrize("options", ["detect_leaks=0:log_path={reports}/asan", "detect_leaks=0"])
def test_a_report_is_found_however_much_the_program_prints(harness, tmp_path, options):
    """Of what a role prints the middle is not kept, but for a report that stands there."""
    words = json.dumps([str(built_lineage(tmp_path)), "prints-much"])
    scenario = harness.scenario(
        "summary: a program that prints much\nmechanism: shm-mutex\n"
        f"roles: {{ a: {{ command: {words}, env: {{ ASAN_OPTIONS: '{options}' }} }} }}\n"
        "faults: [none]\ncheckers: [progress]\n")
    run = harness("run", scenario)
    assert run.status == 1 and "AddressSanitizer: heap-buffer-overflow at" in run.stdout, run.stdout


@pytest.mark.parametrize("write", range(2, 12))
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_report_during_which_its_process_is_killed_fails_the_case(harness, tmp_path, compiler, write):
    """Which of the runtime's writes that is: of the line of signs, of the report's first line, of what follows."""
    words = json.dumps([str(built_lineage(tmp_path, compiler)), "grandchild"])
    run = harness("run", harness.scenario(
        "summary: killed while it reports\nmechanism: shm-mutex\n"
        f"roles: {{ a: {{ command: {words}, env: {{ ASAN_OPTIONS: 'detect_leaks=0:symbolize=0' }} }} }}\n"
        f"faults: [{{ victim: a, at: 'syscall:write/exit', arrival: {write}, do: kill }}]\ncheckers: [progress]\n"))
    text = "".join(event["data"]["text"] for event in run.events("output"))
    if "ERROR: AddressSanitizer" not in text:
        assert run.status == 0, run.stdout
    else:
        assert run.status == 1, run.stdout
        is_cut_off = "SUMMARY" not in text
        assert ("heap-buffer-overflow" in run.stdout) and ("cut off before its end" in " ".join(run.stdout.split())) is is_cut_off


STARTS_A_THREAD_IN_ITS_CHILD = """
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static int ends[2];
static void* rest(void* word) { char byte; (void)!read(ends[0], &byte, 1); return word; }
static void* nothing(void* word) { return word; }
int main(void) {
  pthread_t thread;
  if (pipe(ends) != 0 || pthread_create(&thread, 0, rest, 0) != 0) return 2;
  const pid_t child = fork();
  if (child == 0) {
    if (pthread_create(&thread, 0, nothing, 0) != 0) _exit(2);
    pthread_join(thread, 0);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  (void)!write(ends[1], "x", 1);
  pthread_join(thread, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}
"""


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("target", ["native", "tsan"])
def test_a_thread_after_a_fork_of_several_is_what_the_sanitizer_cannot_and_no_failure(harness, tmp_path, compiler, target):
    skip_where_missing(target)
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler} here")
    (tmp_path / "forks.c").write_text(STARTS_A_THREAD_IN_ITS_CHILD)
    subprocess.run([compiler, "-g", "-fsanitize=thread", "-o", tmp_path / "forks", tmp_path / "forks.c"], check=True)
    run = harness("run", harness.scenario(
        f"summary: forks with threads\nmechanism: pipe\nroles: {{ parent: {{ command: ['{tmp_path}/forks'] }} }}\n"
        "faults: [none]\ncheckers: [progress, { exit_status: { parent: 0 } }]\n"), "--target", target)
    assert run.status == 2, run.stdout
    assert "ThreadSanitizer itself broke off" in run.stdout
    assert "starting new threads after multi-threaded fork is not supported" in " ".join(run.stdout.split())


def test_a_log_of_which_a_part_is_not_read_is_no_clean_one(harness):
    """As of a sanitizer all of whose reports at the log's beginning and end are known."""
    words = json.dumps(["/bin/sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x > $LOGS/sanitizer.$$"])
    run = harness("run", harness.scenario(
        f"summary: writes a long log\nmechanism: pipe\nroles: {{ a: {{ command: {words}, env: {{ LOGS: '{{reports}}' }} }} }}\n"
        "faults: [none]\ncheckers: [progress]\n"))
    assert run.status == 2, run.stdout
    assert "67232 bytes of what its sanitizer wrote were left out" in " ".join(run.stdout.split())


RACES = """
#include <pthread.h>
static int counter;
static void* count(void* word) {
  ++counter;
  return word;
}
int main(void) {
  pthread_t one, other;
  if (pthread_create(&one, 0, count, 0) != 0 || pthread_create(&other, 0, count, 0) != 0) return 2;
  pthread_join(one, 0);
  pthread_join(other, 0);
  return 0;
}
"""


@pytest.mark.parametrize("at, status, code", [("races.c", 0, 87), ("other.c", 1, 87)])
@pytest.mark.parametrize("target", ["native", "tsan"])
def test_a_known_report_excuses_the_end_that_the_sanitizer_gave_its_role(harness, tmp_path, target, at, status, code):
    skip_where_missing(target)
    (tmp_path / "races.c").write_text(RACES)
    subprocess.run(["gcc", "-g", "-fsanitize=thread", "-o", tmp_path / "races", tmp_path / "races.c"], check=True)
    run = harness("run", harness.scenario(
        f"summary: two count\nmechanism: pipe\nroles: {{ a: {{ command: ['{tmp_path}/races'], count: 2 }} }}\nfaults: [none]\n"
        "checkers:\n  - progress\n  - exit_status: { a: 0 }\n"
        f"  - sanitizer_clean: {{ known: [{{ report: data race, at: {at}, because: seen on purpose, until: 2099-12-31 }}] }}\n"),
        "--target", target)
    assert run.status == status, run.stdout
    ends = {event["data"]["code"] for event in run.events("ended")}
    assert ends == {66 if target == "native" else code}, "the end is the sanitizer's, and told apart where we ask for it"
    failed = {finding["checker"] for case in run.cases() for finding in case["findings"] if finding["verdict"] == "fail"}
    assert failed == (set() if status == 0 else {"sanitizer_clean", "exit_status"})
    told = [finding["message"] for case in run.cases() for finding in case["findings"] if finding["checker"] == "sanitizer_clean"]
    assert all(message.startswith("a.1, a.2: ThreadSanitizer: data race at") for message in told), "told once for both"


@pytest.mark.parametrize("sanitizer", ["address", "thread"])
def test_libfius_library_is_preloaded_behind_the_runtime_of_a_sanitizer(harness, tmp_path, sanitizer):
    """GCC's AddressSanitizer breaks off where its runtime is not the first library."""
    if not os.path.exists("/usr/lib/fiu/fiu_posix_preload.so"):
        pytest.skip("fiu_posix_preload.so is not installed here")
    (tmp_path / "reads.c").write_text(
        "#include <errno.h>\n#include <unistd.h>\n"
        "int main(void) { char byte; return read(0, &byte, 1) < 0 && errno == EIO ? 7 : 0; }\n")
    subprocess.run(["gcc", "-g", f"-fsanitize={sanitizer}", "-o", tmp_path / "reads", tmp_path / "reads.c"], check=True)
    run = harness("run", harness.scenario(
        f"summary: reads\nmechanism: pipe\nroles: {{ a: {{ command: ['{tmp_path}/reads'],"
        " env: { ASAN_OPTIONS: 'detect_leaks=0' } } }\n"
        "faults: [{ victim: a, at: 'probe:posix/io/rw/read', do: fail(EIO) }]\ncheckers: [{ exit_status: { a: 7 } }]\n"))
    assert run.status == 0, run.stdout


@pytest.mark.parametrize("target", ["asan", "tsan"])
@pytest.mark.parametrize("scenario", ["ends-in-lock", "crash-in-lock"])
def test_deaths_of_every_kind_are_judged_under_a_sanitizer_as_they_are_without(harness, scenario, target):
    skip_where_missing(target)
    run = harness("run", scenario, "--target", target)
    assert run.status == 0, run.stdout
    assert not [finding for found in findings_by_variant(run).values() for finding in found]


TWO_ROLES = """
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <probe/probe.h>

#ifndef READER_LENGTH
#define READER_LENGTH 4096
#endif
#ifndef READER_PROTECTION
#define READER_PROTECTION PROT_READ | PROT_WRITE
#endif
#ifndef FILES
#define FILES 1
#endif

int main(int argc, char** argv) {
  int is_reader = strcmp(argv[1], "reader") == 0;
  int file = shm_open(argv[2], O_CREAT | O_RDWR, 0600);
  if (file < 0 || ftruncate(file, FILES * 4096 + 4096) != 0) return 2;
  for (int i = 1; i < FILES; ++i) mmap(0, 4096, PROT_READ, MAP_SHARED, file, i * 4096);
  int* shared = mmap(0, is_reader ? READER_LENGTH : 4096, is_reader ? READER_PROTECTION : PROT_READ | PROT_WRITE,
                     MAP_SHARED, file, 0);
  HARNESS_PROBE("mapped");
  if (!is_reader) {
    shared[1] = 7;
    __atomic_store_n(&shared[0], 1, ORDER);
  } else {
    while (__atomic_load_n(&shared[0], ORDER == __ATOMIC_RELAXED ? ORDER : __ATOMIC_ACQUIRE) == 0) sched_yield();
    if (shared[1] != 7) return 1;
    shm_unlink(argv[2]);
  }
  return 0;
}
"""


def run_two_roles(harness, folder, *options):
    """As threads of one process, and as processes."""
    skip_where_missing("tsan")
    (folder / "two.c").write_text(TWO_ROLES)
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "harness-threads"], check=True, text=True, capture_output=True,
                           env={**os.environ, "PKG_CONFIG_PATH": str(HARNESS.parent / "pkgconfig")}).stdout.split()
    subprocess.run(["gcc", "-g", "-fsanitize=thread", *options, "-o", folder / "two", folder / "two.c", *flags], check=True)
    return harness("run", harness.scenario(
        "summary: a word and a flag\nmechanism: shm-ring\nroles:\n"
        f"  writer: {{ command: ['{folder}/two', writer, '{{name}}'], ready: {{ at: 'probe:mapped' }} }}\n"
        f"  reader: {{ command: ['{folder}/two', reader, '{{name}}'] }}\n"
        "faults: [none]\ncheckers: [progress]\n"), "--target", "tsan")


@pytest.mark.parametrize("options", [[], ["-D_FILE_OFFSET_BITS=64"]])
@pytest.mark.parametrize("order, status", [("__ATOMIC_RELAXED", 1), ("__ATOMIC_RELEASE", 0)])
def test_two_roles_of_ones_own_program_are_seen_as_threads(harness, tmp_path, order, status, options):
    run = run_two_roles(harness, tmp_path, f"-DORDER={order}", *options)
    assert run.status == status, run.stdout
    assert ("ThreadSanitizer: data race at" in run.stdout) is bool(status)


@pytest.mark.parametrize("options, why", [
    (["-DREADER_LENGTH=8192"], "several addresses"),
    (["-DREADER_PROTECTION=PROT_READ"], "several addresses"),
    (["-DFILES=65"], "more mappings than can be followed"),
])
def test_memory_that_roles_have_at_several_addresses_is_no_evidence(harness, tmp_path, options, why):
    run = run_two_roles(harness, tmp_path, "-DORDER=__ATOMIC_RELAXED", *options)
    assert run.status == 2, run.stdout
    assert "not seen by ThreadSanitizer: /dev/shm/" in run.stdout and why in " ".join(run.stdout.split())


def test_a_runtime_that_loops_at_its_start_makes_its_target_unavailable(tmp_path):
    program = tmp_path / "build/tsan/subjects/shm-mutex/correct/robust"
    program.parent.mkdir(parents=True)
    (tmp_path / "build/native").mkdir()
    copied = shutil.copy(HARNESS, tmp_path / "build/native/harness")
    program.write_text("#!/bin/sh\nwhile :; do echo tracing; done\n")
    program.chmod(0o755)
    doctor = subprocess.run([copied, "doctor", "--json"], capture_output=True, text=True, check=True, timeout=LAST_NET_S)
    tsan = next(one for one in json.loads(doctor.stdout)["targets"] if one["id"] == "tsan")
    assert not tsan["available"] and "had not ended 10 s after its start" in tsan["detail"]
