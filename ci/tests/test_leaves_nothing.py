"""However a run ends, nothing of it is left: no process, no name in the kernel, no folder in TMPDIR."""

import json
import os
import shutil
import signal
import subprocess

import pytest

from conftest import children_of, shared_objects, wait_for_end, wait_until

LEAVES = """
summary: makes objects of every kind, says so, and waits for ever
deadline_ms: 600000
roles:
  maker:
    command: [sh, -c, "{objects} (exec sleep 4321) & exec sleep 4321"]
  witness: {{ command: [sleep, "4321"] }}
checkers: [progress, no_residue]
"""
GROUNDS = {
    "namespaces": [],
    "ledger": ["--without", "namespaces"],
    "namespaces, untraced": ["--without", "ptrace"],
    "neither": ["--without", "namespaces", "--without", "ptrace"],
}
on_every_ground = pytest.mark.parametrize("ground", GROUNDS)


def object_makers(name):
    """Shell commands that make shared memory under a name, and SysV objects where ipcmk is there."""
    makers = f"echo x > /dev/shm/{name};"
    if shutil.which("ipcmk"):
        makers += " ipcmk -M 4096 >&2; ipcmk -S 1 >&2; ipcmk -Q >&2;"
    return makers


def unique_name(harness):
    return "e2e-" + harness.mark.split("=")[1]


def start_and_wait(harness, ground, objects=None):
    """A run in the middle of its case: both roles and the maker's child wait for ever."""
    if objects is None:
        # An untraced ledger knows only names that are made of {name}.
        objects = "echo x > /dev/shm{name};" if ground == "neither" else object_makers(unique_name(harness))
    scenario = harness.scenario(LEAVES.format(objects=objects))
    process = harness.start("run", scenario, *GROUNDS[ground])
    wait_until(lambda: len(harness.processes("sleep")) == 3 or process.poll() is not None, "the roles sleep")
    assert process.poll() is None, process.communicate()
    return process


def assert_nothing_is_left(harness, before):
    """Others on this machine may make and remove objects meanwhile; what we have left stays, and so is found."""
    harness.wait_for_end_of_all()
    wait_until(lambda: not shared_objects() - before, f"{shared_objects() - before} is gone", tries=300)
    assert list(harness.temporary.iterdir()) == []


@pytest.mark.parametrize("ground", ["namespaces", "ledger"])
@pytest.mark.parametrize("command", ["ln", "mv"])
def test_a_name_that_an_object_got_later_is_found_and_taken_away(harness, ground, command):
    before = shared_objects()
    name = f"/dev/shm/{unique_name(harness)}"
    scenario = harness.scenario(LEAVES.format(objects=f"echo x > {name}; {command} {name} {name}-later;").replace(
        "sleep 4321", "true").replace('"4321"', '"0"'))
    run = harness("run", scenario, *GROUNDS[ground])
    assert "-later" in " ".join(finding["message"] for case in run.cases() for finding in case["findings"]), run.stdout
    assert_nothing_is_left(harness, before)


@on_every_ground
@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_run_with_its_status_and_keeps_the_record(harness, ground, number, status):
    before = shared_objects()
    process = start_and_wait(harness, ground)
    process.send_signal(number)
    ended, stdout, stderr = wait_for_end(process)
    assert ended == status, stdout + stderr
    assert_nothing_is_left(harness, before)
    assert "cut short" in stdout
    folder = harness.folder / "run"
    assert {"plan.json", "verdict.json", "report.json"} <= {path.name for path in folder.iterdir()}
    checked = harness("check", folder)
    assert checked.status == 2, "what was cut short is no pass"


def test_ctrl_c_reaches_the_whole_group_and_cleans_up_once(harness):
    before = shared_objects()
    process = start_and_wait(harness, "namespaces")
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    assert wait_for_end(process)[0] == 130
    assert_nothing_is_left(harness, before)


def test_cases_that_were_done_before_the_interrupt_are_kept(harness):
    scenario = harness.scenario("""
summary: ends, but for the last case
deadline_ms: 600000
roles:
  a: { command: [sh, -c, "echo 1; echo 2; exec sleep 4321"] }
faults:
  - { victim: a, at: "syscall:write/enter", do: kill }
  - { victim: a, at: "syscall:write/exit", do: kill }
  - none
checkers: [no_residue]
""")
    process = harness.start("run", scenario)
    wait_until(lambda: harness.processes("sleep"), "the last case waits")
    process.send_signal(signal.SIGINT)
    status, stdout, _ = wait_for_end(process)
    assert status == 130 and "2 of 3" in stdout
    checked = harness("check", harness.folder / "run")
    assert checked.status == 2 and "1 not run" in checked.stdout


@on_every_ground
def test_nothing_survives_a_harness_that_was_killed(harness, ground):
    before = shared_objects()
    process = start_and_wait(harness, ground)
    process.kill()
    process.communicate()
    assert_nothing_is_left(harness, before)


@pytest.mark.parametrize("ground", ["namespaces", "namespaces, untraced"])
def test_nothing_survives_a_killed_worker_and_the_case_is_inconclusive(harness, ground):
    before = shared_objects()
    process = start_and_wait(harness, ground)
    for worker in children_of(process.pid):
        os.kill(worker, signal.SIGKILL)
    status, stdout, stderr = wait_for_end(process)
    assert status == 2, stdout + stderr
    assert "worker ended" in " ".join(stdout.split())
    assert_nothing_is_left(harness, before)


def test_no_process_survives_a_killed_worker_of_the_ledger(harness):
    process = start_and_wait(harness, "ledger", objects="true;")
    for worker in children_of(process.pid):
        os.kill(worker, signal.SIGKILL)
    assert wait_for_end(process)[0] == 2
    harness.wait_for_end_of_all()


def test_nothing_is_left_by_a_killed_worker_of_the_ledger(harness):
    before = shared_objects()
    process = start_and_wait(harness, "ledger", objects="echo x > /dev/shm{name};")
    try:
        for worker in children_of(process.pid):
            os.kill(worker, signal.SIGKILL)
        assert wait_for_end(process)[0] == 2
        assert_nothing_is_left(harness, before)
    finally:
        for path in shared_objects() - before:
            if path.startswith("/dev/shm/harness-"):
                os.unlink(path)


@pytest.mark.parametrize("ground", ["namespaces", "namespaces, untraced"])
def test_nothing_survives_when_harness_and_worker_are_killed_at_once(harness, ground):
    before = shared_objects()
    process = start_and_wait(harness, ground)
    victims = [process.pid, *children_of(process.pid)]
    os.kill(process.pid, signal.SIGSTOP)
    for pid in reversed(victims):
        os.kill(pid, signal.SIGKILL)
    process.communicate()
    assert_nothing_is_left(harness, before)


def test_no_process_survives_when_harness_and_worker_of_the_ledger_are_killed_at_once(harness):
    process = start_and_wait(harness, "ledger", objects="true;")
    victims = [process.pid, *children_of(process.pid)]
    os.kill(process.pid, signal.SIGSTOP)
    for pid in reversed(victims):
        os.kill(pid, signal.SIGKILL)
    process.communicate()
    harness.wait_for_end_of_all()


# --- a case that leaves something: told, then removed -------------------------------------------------------

def leftover_scenario(harness, commands, point="none"):
    return harness.scenario(f"""
summary: leaves what it has made
roles:
  a: {{ command: [sh, -c, "{commands}"] }}
faults: [{point}]
checkers: [no_residue]
""")


@pytest.mark.parametrize("ground", ["namespaces", "ledger", "namespaces, untraced"])
def test_a_name_that_a_case_leaves_is_told_and_removed(harness, ground):
    before = shared_objects()
    name = unique_name(harness)
    run = harness("run", leftover_scenario(harness, object_makers(name)), *GROUNDS[ground])
    assert run.status == 1, run.stdout + run.stderr
    told = {(event["name"], event["data"]["object"]) for event in run.events("residue")}
    assert ("posix-shm", f"/dev/shm/{name}") in told
    if shutil.which("ipcmk"):
        assert {kind for kind, _ in told} >= {"sysv-shm", "sysv-sem", "sysv-msg"}
    assert_nothing_is_left(harness, before)


@pytest.mark.parametrize("ground", ["namespaces", "ledger"])
def test_who_made_what_is_left_is_told(harness, ground):
    name = unique_name(harness)
    run = harness("run", harness.scenario(f"""
summary: two roles, of which one leaves something
roles:
  tidy:   {{ command: [sh, -c, "echo x > /dev/shm/{name}-a; rm /dev/shm/{name}-a"], ready: end }}
  untidy: {{ command: [sh, -c, "echo x > /dev/shm/{name}; mkfifo {{tmp}}/fifo"] }}
checkers: [no_residue]
"""), *GROUNDS[ground])
    makers = {event["name"]: event["data"]["maker"] for event in run.events("residue")}
    assert makers["posix-shm"]["role"] == "untidy" and makers["posix-shm"]["call"] == "openat"
    assert makers["fifo"]["role"] == "untidy"
    assert "made by untidy" in " ".join(run.stdout.split())


def test_a_name_left_by_a_killed_role_is_told_and_removed(harness):
    before = shared_objects()
    name = unique_name(harness)
    kill = '{ victim: a, at: "syscall:write/exit", arrival: 2, do: kill }'
    run = harness("run", leftover_scenario(harness, f"echo 1 > /dev/shm/{name}; echo 2; rm /dev/shm/{name}", kill),
                  *GROUNDS["ledger"])
    assert run.status == 1 and f"/dev/shm/{name}" in run.stdout
    assert_nothing_is_left(harness, before)


def test_a_name_made_of_the_given_name_is_told_and_removed_on_the_poorest_ground(harness):
    before = shared_objects()
    run = harness("run", leftover_scenario(harness, "echo x > /dev/shm{name}"), *GROUNDS["neither"])
    assert run.status == 1 and "posix-shm" in run.stdout
    assert_nothing_is_left(harness, before)


@pytest.mark.parametrize("ground", ["namespaces", "ledger"])
def test_a_process_that_a_case_leaves_is_told_and_ended(harness, ground):
    run = harness("run", leftover_scenario(harness, "sleep 4321 & exit 0"), *GROUNDS[ground])
    assert run.status == 1, run.stdout
    assert [event["name"] for event in run.events("residue")] == ["process"]
    harness.wait_for_end_of_all()


@pytest.mark.parametrize("ground", ["namespaces, untraced", "neither"])
def test_a_process_that_a_case_leaves_is_no_pass_when_untraced(harness, ground):
    run = harness("run", leftover_scenario(harness, "sleep 4321 & exit 0"), *GROUNDS[ground])
    assert run.status in (1, 2), run.stdout


@pytest.mark.parametrize("ground", ["namespaces, untraced", "neither"])
def test_a_process_that_a_case_leaves_is_ended_when_untraced(harness, ground):
    harness("run", leftover_scenario(harness, "sleep 4321 & exit 0"), *GROUNDS[ground])
    harness.wait_for_end_of_all()


def test_a_child_in_a_session_of_its_own_is_ended_too(harness):
    if shutil.which("setsid") is None:
        pytest.skip("no setsid here")
    before = shared_objects()
    run = harness("run", leftover_scenario(harness, "setsid sleep 4321 & exit 0"), *GROUNDS["ledger"])
    assert run.status == 1
    assert_nothing_is_left(harness, before)


# --- what is not ours ---------------------------------------------------------------------------------------

@pytest.fixture
def stranger(harness):
    """A shared-memory name that somebody else made before the run."""
    path = "/dev/shm/stranger-" + unique_name(harness)
    with open(path, "w", encoding="ascii") as file:
        file.write("not yours")
    yield path
    os.unlink(path)


@on_every_ground
def test_what_was_there_before_is_never_touched(harness, ground, stranger):
    commands = f"echo changed > {stranger}; exit 0" if ground == "ledger" else "true"
    run = harness("run", leftover_scenario(harness, commands), *GROUNDS[ground])
    assert stranger not in {event["data"]["object"] for event in run.events("residue")}
    assert os.path.exists(stranger)


@pytest.mark.parametrize("ground", ["namespaces", "namespaces, untraced"])
def test_a_role_does_not_see_what_others_have(harness, ground, stranger):
    run = harness("run", leftover_scenario(harness, f"! test -e {stranger} && echo private"), *GROUNDS[ground])
    assert run.status == 0 and [event["data"]["text"] for event in run.events("output")] == ["private\n"]


def test_sysv_objects_of_others_are_never_touched(harness):
    if shutil.which("ipcmk") is None or shutil.which("ipcrm") is None:
        pytest.skip("no ipcmk and ipcrm here")
    made = subprocess.run(["ipcmk", "-Q"], capture_output=True, text=True, check=True).stdout.split()[-1]
    try:
        for ground in GROUNDS.values():
            harness("run", leftover_scenario(harness, "true"), *ground)
        assert f"sysv-msg {made}" in shared_objects()
    finally:
        subprocess.run(["ipcrm", "-q", made], check=True)


@pytest.mark.parametrize("ground", ["namespaces", "ledger"])
def test_two_runs_at_once_do_not_disturb_each_other(harness, ground):
    before = shared_objects()
    words = ["run", "crash-in-lock", "--variant", "robust", "--variant", "pi", *GROUNDS[ground]]
    alone = {case["id"]: case["verdict"] for case in harness(*words, out="alone").cases()}
    runs = [harness.start(*words, out=f"run-{number}") for number in (1, 2)]
    ended = [wait_for_end(process) for process in runs]
    for number, (_, stdout, stderr) in enumerate(ended, start=1):
        report = harness("report", harness.folder / f"run-{number}", "--format", "json")
        assert report.status == 0, stdout + stderr
        checked = harness("check", harness.folder / f"run-{number}")
        assert checked.status == ended[number - 1][0]
        cases = [case for one in json.loads(report.stdout)["scenarios"] for case in one["cases"]]
        assert {case["id"]: case["verdict"] for case in cases} == alone
    assert_nothing_is_left(harness, before)


# Names that two runs could both want: of POSIX and System V objects, of sockets and files.
NAMES = ["named-semaphore-restart", "ring-peer-lies", "started-again-over-stale-object", "segment-left-behind",
         "fresh-semaphore-set", "sysv-queue-answers", "queue-recreated", "stale-socket-restart"]


@pytest.mark.parametrize("ground", ["namespaces", "ledger"])
def test_runs_of_two_users_at_once_do_not_disturb_each_other(harness, ordinary_harness, ground):
    before = shared_objects()
    runners = (harness, ordinary_harness)
    processes = [runner.start("run", *NAMES, "--jobs", "1", *GROUNDS[ground]) for runner in runners]
    for runner, process in zip(runners, processes):
        status, stdout, stderr = wait_for_end(process)
        assert status == 0, stdout + stderr
        assert_nothing_is_left(runner, before)


def test_a_socket_has_room_below_the_longest_temporary_directory(harness):
    deep = harness.temporary / ("x" * 90)
    deep.mkdir()
    run = harness("run", "stale-socket-restart", "--variant", "records", *GROUNDS["ledger"], env={"TMPDIR": str(deep)})
    assert run.status == 0, run.stdout
    assert list(deep.iterdir()) == []


def test_a_process_that_is_held_on_its_way_out_is_gone_when_the_case_is_over(harness):
    before = shared_objects()
    run = harness("run", harness.scenario("""
summary: nobody ever comes to where the end of one role would be let go
roles:
  ends: { command: ["true"] }
  stays: { command: [sleep, "4321"] }
faults: [{ victim: ends, at: ending, do: stop, resume: "stays@syscall:exit_group/enter" }]
checkers: [progress]
deadline_ms: 1000
"""), net_s=60)
    assert run.status == 1 and run.events("deadline"), run.stdout
    assert {event["role"] for event in run.events("ended")} == {"ends", "stays"}
    assert_nothing_is_left(harness, before)


def test_two_runs_never_write_to_one_folder(harness):
    process = start_and_wait(harness, "namespaces")
    refused = harness("run", "lock-limit")
    assert refused.status == 64 and "another run" in refused.stderr
    process.send_signal(signal.SIGINT)
    assert wait_for_end(process)[0] == 130


def test_an_ordinary_run_leaves_nothing(harness):
    before = shared_objects()
    for ground in GROUNDS.values():
        harness("run", "crash-in-lock", *ground)
        assert_nothing_is_left(harness, before)


@on_every_ground
def test_a_role_has_no_descriptor_of_the_harness(harness, ground):
    looking = "n=3; while [ $n -lt 64 ]; do [ -e /proc/$$/fd/$n ] && echo open $n; n=$((n+1)); done; echo looked"
    run = harness("run", leftover_scenario(harness, looking), *GROUNDS[ground])
    assert [event["data"]["text"] for event in run.events("output")] == ["looked\n"]
