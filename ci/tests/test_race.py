"""Target race and the detector behind it: data races between processes, with the detector alone and under the harness."""
import os
import platform
import re
import shlex
import shutil
import subprocess

import pytest

from conftest import HARNESS, ROOT
from test_sanitizers import findings_by_variant, skip_where_missing

pytestmark = pytest.mark.native_only

PROGRAMS = ROOT / "ci/tests/race"
RUNS = 20
COMPILERS = {"gcc": "g++", "clang": "clang++"}
RIGHT = ["release", "fences"]
WRONG = ["relaxed", "relaxed-give-back", "no-release-fence", "no-acquire-fence"]
ITEMS = 200_000
EDGES = re.findall(r'^    \{"([a-z-]+)", How::', (PROGRAMS / "edges.cpp").read_text(), re.MULTILINE)


def cases_of(program):
    """What it can be told to do, and whether that is a race or silent."""
    return re.findall(r'^    \{"([a-z-]+)", (race|silent),', (PROGRAMS / f"{program}.cpp").read_text(), re.MULTILINE)


ORDERS, BIRTHS, SEGMENTS = cases_of("orders"), cases_of("births"), cases_of("segments")


def flags(*which):
    told = subprocess.run(["pkg-config", *which, "harness-race"], check=True, text=True, capture_output=True,
                          env={**os.environ, "PKG_CONFIG_PATH": str(HARNESS.parent / "pkgconfig")})
    return shlex.split(told.stdout)


def build(folder, name, compiler="gcc", more=()):
    """A program of ci/tests/race by the two flags that a user has: one to compile with, one to link with."""
    command = COMPILERS[compiler]
    if shutil.which(command) is None:
        pytest.skip(f"there is no {command} here")
    done = subprocess.run([command, "-std=c++20", "-g1", "-O2", *flags("--cflags"), "-c", "-o", folder / f"{name}.o",
                           PROGRAMS / f"{name}.cpp"], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    subprocess.run([command, "-o", folder / name, folder / f"{name}.o", *more, *flags("--libs")], check=True)
    return folder / name


def built_once(factory, name, compiler="gcc"):
    folder = factory.getbasetemp() / f"{name}-{compiler}"
    if not (folder / name).exists():
        folder.mkdir(exist_ok=True)
        build(folder, name, compiler)
    return folder / name


def watched(program, *words, net_s=120):
    """What the program came to and what the detector said of it, on its own: without the harness."""
    shadow = program.parent / "shadow"
    shadow.unlink(missing_ok=True)
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=net_s,
                          env={**os.environ, "HARNESS_RACE": str(shadow)})
    return done.returncode, done.stderr


@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_wrong_order_between_two_processes_is_reported_in_each_run_and_no_right_one_is(tmp_path, compiler):
    ring = build(tmp_path, "ring", compiler)
    for order in RIGHT + WRONG:
        for _ in range(RUNS):
            status, said = watched(ring, order, 100)  # more than there are slots
            assert status == 0
            assert ("SUMMARY: HarnessRace: data race" in said) is (order in WRONG), f"{order}: {said}"


def test_a_report_names_both_processes_their_lines_the_memory_and_the_order(tmp_path):
    _, said = watched(build(tmp_path, "ring"), "relaxed", 20)
    first = said.split("SUMMARY")[0]
    assert re.search(r"data race at /memfd:ring\+0x[0-9a-f]+\n", first)
    sides = re.findall(r"(read|write) of \d+ bytes by process (\d+) thread \d+ \(ring\):\n    #0 (\w+) \S*ring\.cpp:\d+ ", first)
    assert [(access, function) for access, _, function in sides] == [("read", "consume"), ("write", "produce")]
    assert sides[0][1] != sides[1][1]
    assert "missing order: the write is not ordered before the read" in first


def stacks(said):
    """The functions of each side's stack that are the program's, innermost first."""
    sides = re.findall(r"by process \d+ thread \d+ \(\w+\):\n((?:    #.*\n)+)", said)
    return [re.findall(r"#\d+ (\w+) \S+\.cpp:\d+ ", side) for side in sides]


def test_a_report_has_the_stack_of_whoever_reports_and_of_whoever_was_there_before(tmp_path):
    status, said = watched(build(tmp_path, "deep"), 3)
    assert status == 0
    wanted = {side: [f"{side}_inner", *[f"{side}_outer"] * 4, "main"] for side in ("reader", "writer")}
    assert sorted(stacks(said)) == sorted(wanted.values())


def test_each_of_more_places_than_a_thread_keeps_is_told_as_its_own(tmp_path):
    status, said = watched(build(tmp_path, "places"))
    assert status == 0
    sides = re.findall(r"    #0 (?:\w+::|\(anonymous namespace\)::)*(read|write)_word<(\d+)>", said)
    assert sides == [(side, word) for word in ("0", "299", "599") for side in ("read", "write")]


@pytest.mark.parametrize("calls", [100, 200])
def test_a_stack_that_is_too_deep_to_be_told_costs_nothing_but_its_outer_end(tmp_path, calls):
    """100 calls are more than a report has room for, 200 more than are kept."""
    status, said = watched(build(tmp_path, "deep"), calls)
    assert status == 0
    assert sorted(side[0] for side in stacks(said)) == ["reader_inner", "writer_inner"]
    assert "  missing order: " in said and said.endswith("SUMMARY: HarnessRace: data race at anonymous memory 1+0x0\n")


@pytest.mark.parametrize("order", RIGHT)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_right_ring_stays_silent_in_20_runs_of_200_000_items(tmp_path, compiler, order):
    """Of more slots than the others, so that the two give each other the processor less often."""
    ring = build(tmp_path, "ring", compiler)
    assert {watched(ring, order, ITEMS, 1024) for _ in range(RUNS)} == {(0, "")}


@pytest.mark.parametrize("edge", EDGES)
def test_each_means_of_ordering_is_known_and_orders_no_more_than_it_does(tmp_path_factory, edge):
    program = built_once(tmp_path_factory, "edges")
    assert watched(program, edge, "right") == (0, "")
    status, said = watched(program, edge, "wrong")
    assert status == 0 and "HarnessRace: data race" in said


def is_told(program, case, expected):
    """The program ends well, and a race in it is reported, or nothing is said at all."""
    status, said = watched(program, case)
    assert status == 0
    assert said == "" if expected == "silent" else "SUMMARY: HarnessRace: data race at " in said
    return said


@pytest.mark.parametrize("case, expected", ORDERS)
def test_an_atomic_a_fence_or_a_wake_up_orders_what_its_order_says_and_nothing_else(tmp_path_factory, case, expected):
    is_told(built_once(tmp_path_factory, "orders"), case, expected)


def test_the_same_is_told_of_what_clang_makes_of_them(tmp_path_factory):
    program = built_once(tmp_path_factory, "orders", "clang")
    for case, expected in ORDERS:
        is_told(program, case, expected)


@pytest.mark.parametrize("case, expected", BIRTHS)
def test_a_fork_orders_what_was_before_it_and_a_wait_what_the_child_did(tmp_path_factory, case, expected):
    is_told(built_once(tmp_path_factory, "births"), case, expected)


@pytest.mark.parametrize("case, expected", SEGMENTS)
def test_memory_is_watched_wherever_it_is_mapped_and_no_longer_than_that(tmp_path_factory, case, expected):
    is_told(built_once(tmp_path_factory, "segments"), case, expected)


def test_a_race_in_a_system_v_segment_is_reported_with_both_sides(tmp_path_factory):
    said = is_told(built_once(tmp_path_factory, "segments"), "system-v", "race")
    assert re.search(r"data race at System V segment \d+\+0x10\n", said)
    sides = re.findall(r"(read|write) of 4 bytes by process (\d+) thread \d+ \(segments\):\n    #0 (\w+) \S*segments\.cpp:\d+ ", said)
    assert sorted((access, function) for access, _, function in sides) == [("read", "read_word"), ("write", "write_word")]
    assert sides[0][1] != sides[1][1]


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("how", ["memcpy", "memmove", "memset"])
def test_a_payload_that_nothing_but_copies_touch_is_watched_to_its_end(tmp_path_factory, how, compiler):
    """Of constant sizes, which a compiler may put into the code without telling of them."""
    program = built_once(tmp_path_factory, "copies", compiler)
    for size in (64, 200, 1000, 5000):
        assert watched(program, how, size, "right") == (0, "")
        for touched in ("whole", "end"):
            status, said = watched(program, how, size, touched)
            assert status == 0 and "data race at anonymous memory 1+0x" in said, (size, touched)


@pytest.mark.parametrize("program, known", [("edges", EDGES), ("orders", ORDERS), ("births", BIRTHS), ("segments", SEGMENTS)])
def test_all_that_the_programs_can_do_is_tested(tmp_path_factory, program, known):
    listed = subprocess.run([built_once(tmp_path_factory, program), "list"], capture_output=True, text=True, check=True).stdout
    assert listed.split() == [word for case in known for word in ([case] if program == "edges" else case)]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_16_bytes_are_one_step_with_the_detector_and_without_it(tmp_path, compiler):
    program = build(tmp_path, "wide", compiler)
    assert watched(program, 100_000) == (0, "")
    done = subprocess.run([program, "1000000"], capture_output=True, text=True, env={**os.environ, "HARNESS_RACE": ""})
    assert (done.returncode, done.stderr) == (0, "")


def test_the_detector_survives_the_death_of_whoever_was_in_the_middle_of_an_access(tmp_path):
    """300 deaths by SIGKILL of a process that does nothing but access; also more processes than there are places."""
    assert watched(build(tmp_path, "killed"), 300) == (0, "")


def test_a_thread_of_the_cxx_library_is_ordered_by_its_birth_and_its_join(tmp_path):
    program = build(tmp_path, "threads")
    assert watched(program, "right") == (0, "")
    status, said = watched(program, "wrong")
    assert status == 0 and "HarnessRace: data race" in said


def test_a_queue_of_boost_frees_a_node_by_a_plain_write_while_another_consumer_looks_at_it(tmp_path):
    """docs/findings.md. One consumer, and the queue of one producer and one consumer, are in order."""
    program = build(tmp_path, "lockfree")
    for way in ["spsc", "queue"]:
        assert watched(program, way, 2000) == (0, "")
    status, said = watched(program, "two-consumers", 2000)
    assert status == 0 and re.search(r"write of 2 bytes by .*\n    #0 \S+ /usr/include/boost/lockfree/detail/freelist.hpp", said)


def test_without_its_variable_a_program_runs_as_ever(tmp_path):
    ring = build(tmp_path, "ring")
    done = subprocess.run([ring, "relaxed", "20"], capture_output=True, text=True, env={**os.environ, "HARNESS_RACE": ""})
    assert (done.returncode, done.stderr) == (0, "")


def test_the_list_of_wrapped_functions_is_that_of_the_wrappers():
    listed = (ROOT / "harness/probe/race/wrapped.txt").read_text().split()
    archive = subprocess.run(["nm", HARNESS.parent / "libharness-race.a"], capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r" T __wrap_(\w+)$", archive, re.MULTILINE)) == sorted(listed)


def built_with_runtime(folder, name, compiler, machine, sources):
    """A program with a detector that is compiled anew, for another machine or from other sources."""
    runtime = folder / "runtime.cpp"
    runtime.write_text("".join(f'#include "{path}"\n' for path in sorted((sources / "probe/race").glob("*.cpp"))))
    own = ["-O2", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fno-builtin", f"-I{sources}", *machine]
    subprocess.run([compiler, "-std=c++20", *own, "-c", "-o", folder / "runtime.o", runtime], check=True)
    words = [*(word for word in flags("--cflags") if word != "-mcx16"), *machine]
    subprocess.run([compiler, "-std=c++20", "-g1", "-O2", *words, "-c", "-o", folder / f"{name}.o", PROGRAMS / f"{name}.cpp"], check=True)
    wrapped = [word for word in flags("--libs") if word.startswith("-Wl,--wrap=")]
    subprocess.run([compiler, "-static", "-o", folder / name, folder / f"{name}.o", folder / "runtime.o", *wrapped, "-pthread"],
                   check=True)
    return folder / name


@pytest.mark.skipif(platform.machine() != "x86_64", reason="-mcx16 is of x86-64")
def test_a_thread_that_has_used_up_its_epochs_says_so(tmp_path):
    """In a copy that has a thousand of them, in place of two thousand millions."""
    copy = tmp_path / "sources"
    shutil.copytree(ROOT / "harness/probe", copy / "probe")
    shadow = copy / "probe/race/shadow.h"
    limit = "kMostEpochs = 0x7FFFFFFF;"
    assert limit in shadow.read_text()
    shadow.write_text(shadow.read_text().replace(limit, "kMostEpochs = 1000;"))
    ring = built_with_runtime(tmp_path, "ring", "g++", ["-mcx16"], copy)
    assert watched(ring, "release", 500) == (0, "")
    status, said = watched(ring, "release", 5000)
    assert status == 0
    assert said == "HarnessRace CHECK failed: more releases by one thread than are told apart: what comes after it is not watched\n"


def test_the_same_is_found_in_an_arm64_program_under_an_emulator_that_reorders_nothing(tmp_path):
    compiler, emulator = "aarch64-linux-gnu-g++", shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    if shutil.which(compiler) is None or emulator is None:
        pytest.skip("no cross compiler or no qemu-user here")
    built_with_runtime(tmp_path, "ring", compiler, [], ROOT / "harness")  # -mcx16 is of the machine that the flags are for
    for order in RIGHT + WRONG:
        (tmp_path / "shadow").unlink(missing_ok=True)
        done = subprocess.run([emulator, tmp_path / "ring", order, "100"], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "HARNESS_RACE": str(tmp_path / "shadow")})
        assert done.returncode == 0
        assert ("SUMMARY: HarnessRace: data race" in done.stderr) is (order in WRONG), f"{order}: {done.stderr}"


@pytest.mark.parametrize("target", ["race", "arm64-race"])
def test_a_race_between_roles_is_a_finding_that_names_both(harness, target):
    skip_where_missing(target)
    run = harness("run", "ring-publish-order", "race-between-processes", "--target", target)
    assert run.status == 0, run.stdout
    found = findings_by_variant(run)
    assert set(found) == {"relaxed-publish", "pair-relaxed", "pair-relaxed-two-mappings", "pair-relaxed-two-processes",
                          "pair-no-release-fence", "pair-no-acquire-fence"}
    message = found["relaxed-publish"][0][1]
    writer, reader = ["put", "produce", "take_part", "run"], ["shm_ring::read_once", "take", "consume", "take_part"]  # four are told
    for access, role, stack in [("write", "producer", writer), ("read", "consumer", reader)]:
        frames = " < ".join(rf"{function} at subjects/shm-ring/\w+\.h:\d+" for function in stack)
        assert re.search(rf"{access} of \d+ bytes by {role} \(pid \d+\) in {frames}", message), message
    assert "missing order: the write is not ordered before the read" in message
    assert "that is no data race (target model)" in run.limits()


def looks_at_its_peer(call):
    """Whoever waits in the ring looks whether the other is alive, by a pidfd: as often as it has to wait."""
    return "pidfd" in call["data"].get("on", "")


def test_the_detectors_own_look_at_others_is_not_among_the_calls_at_which_faults_are_due(harness):
    skip_where_missing("race")
    counts = {}
    for target in ("native", "race"):
        run = harness("run", "ring-publish-order", "--case", "*/spsc/no-fault", "--calls", "--target", target, out=target)
        assert run.status == 0, run.stdout + run.stderr
        calls = [event for event in run.events("arrived") if event["data"].get("call") and event["name"].endswith("/enter")]
        made = [event["name"].removeprefix("syscall:").removesuffix("/enter") for event in calls if not looks_at_its_peer(event)]
        counts[target] = {name: made.count(name) for name in ("openat", "read", "close")}
        assert ("openat2" in made) is (target == "race"), "it looks whether they are alive"
    assert counts["race"] == counts["native"]


def test_what_stands_before_the_same_functions_as_the_detector_is_left_out_by_name(harness):
    skip_where_missing("race")
    run = harness("run", "unsafe-call-in-handler", "--target", "race")
    assert run.status == 77
    assert "skipped: the race detector stands before the functions" in " ".join(run.stdout.split())


def test_a_relaxed_publish_between_two_real_processes_is_caught_in_20_of_20_runs(harness):
    skip_where_missing("race")
    for variant, caught in [("pair-relaxed-two-processes", RUNS), ("pair-fences", 0)]:
        run = harness("run", "race-between-processes", "--variant", variant, "--repeat", RUNS, "--target", "race", out=variant)
        assert len(run.cases()) == RUNS and len(findings_by_variant(run).get(variant, [])) == caught, run.stdout


def test_a_program_of_ones_own_is_judged_by_the_detector_on_any_target(harness, tmp_path):
    ring = build(tmp_path, "ring")
    for order, status in [("release", 0), ("relaxed", 1)]:
        run = harness("run", harness.scenario(
            f"summary: a ring of one's own\nmechanism: shm-ring\nroles: {{ both: {{ command: ['{ring}', {order}, '50'] }} }}\n"
            "faults: [none]\ncheckers: [progress]\n"), "--target", "native", out=order)
        assert run.status == status, run.stdout
        assert ("data race at /memfd:ring+" in run.stdout) is bool(status)


def test_who_becomes_another_program_gives_its_lock_away_as_who_dies_does(harness):
    """The kernel tells the heir in the middle of execve(2), while the former holder is alive."""
    skip_where_missing("race")
    run = harness("run", "ends-in-lock", "--target", "race")
    assert run.status == 0, run.stdout
    assert any("end.exec" in case["id"] for case in run.cases())
