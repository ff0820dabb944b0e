"""Where less is allowed: an ordinary user, no namespaces, no ptrace.

What is lost is said, and nothing is green for it.
"""

import ctypes
import os
import shutil
import subprocess

import pytest

from conftest import needs_root

ALLOW = 0x7FFF0000
EPERM = 0x00050001  # SCMP_ACT_ERRNO(EPERM)
MASKED_EQUAL = 7
CLONE_NEWUSER = 0x10000000
CLONE_NEWNS = 0x00020000


class Comparison(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def deny(*calls, clone_flags=()):
    """For preexec_fn: from here on these system calls fail with EPERM, as a container's seccomp profile has it."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("no libseccomp.so.2 here")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Comparison)]
    library.seccomp_load.argtypes = [ctypes.c_void_p]

    def install():
        context = library.seccomp_init(ALLOW)
        for name in calls:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if library.seccomp_rule_add_array(context, EPERM, number, 0, None) != 0:
                raise OSError(f"no rule for {name}")
        clone = library.seccomp_syscall_resolve_name(b"clone")
        for flag in clone_flags:
            comparison = Comparison(0, MASKED_EQUAL, flag, flag)
            if library.seccomp_rule_add_array(context, EPERM, clone, 1, ctypes.byref(comparison)) != 0:
                raise OSError("no rule for clone")
        if library.seccomp_load(context) != 0:
            raise OSError("seccomp_load")

    return install


NO_NAMESPACES = {"calls": ["unshare", "mount", "umount2", "setns"], "clone_flags": [CLONE_NEWUSER, CLONE_NEWNS]}
NO_PTRACE = {"calls": ["ptrace"], "clone_flags": []}
NEITHER = {"calls": NO_NAMESPACES["calls"] + NO_PTRACE["calls"], "clone_flags": NO_NAMESPACES["clone_flags"]}
GROUNDS = {"no namespaces": NO_NAMESPACES, "no ptrace": NO_PTRACE, "neither": NEITHER}

pytestmark = pytest.mark.native_only  # a sanitizer's own start needs calls that are denied here


def run_denied(harness, denied, *words, **more):
    return harness(*words, before_exec=deny(*denied["calls"], clone_flags=denied["clone_flags"]), **more)


def test_the_filter_denies_for_real():
    install = deny(*NEITHER["calls"], clone_flags=NEITHER["clone_flags"])
    for command in (["unshare", "-U", "true"], ["strace", "true"]):
        if shutil.which(command[0]):
            assert subprocess.run(command, preexec_fn=install, capture_output=True, check=False).returncode != 0
    assert subprocess.run(["true"], preexec_fn=install, check=False).returncode == 0


def only_lost_queues(run):
    """Without namespaces and without /dev/mqueue, queues that are left cannot be seen, and that is said."""
    findings = [finding for case in run.cases() for finding in case["findings"] if finding["verdict"] != "pass"]
    return all(finding["checker"] == "no_residue" and finding["verdict"] == "inconclusive" for finding in findings)


@pytest.mark.parametrize("ground", GROUNDS)
def test_probe_points_work_with_what_is_there(harness, ground):
    run = run_denied(harness, GROUNDS[ground], "run", "crash-in-lock", "--variant", "robust")
    assert run.status in (0, 2), run.stdout + run.stderr
    assert only_lost_queues(run), run.stdout
    (scenario,) = run.report()["scenarios"]
    assert scenario["points"]["fired"] == scenario["points"]["total"] > 0


@pytest.mark.parametrize("ground, lost", [("no namespaces", ["namespaces"]), ("no ptrace", ["ptrace"]),
                                          ("neither", ["namespaces", "ptrace"])])
def test_what_is_lost_is_said_on_the_terminal_and_in_the_report(harness, ground, lost):
    run = run_denied(harness, GROUNDS[ground], "run", "crash-in-lock", "--variant", "robust")
    for ability in ("namespaces", "ptrace"):
        assert (f"lost on this machine: {ability}" in " ".join(run.stdout.split())) == (ability in lost)
        assert (f"{ability}: " in run.limits()) == (ability in lost), run.limits()
    assert "denied by --without" not in run.stdout, "the reason is the machine's"


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_wrong_program_is_still_caught(harness, ground):
    run = run_denied(harness, GROUNDS[ground], "run", "crash-in-lock", "--variant", "not-robust")
    assert run.status == 1
    findings = [finding for case in run.cases() for finding in case["findings"]]
    assert {finding["checker"] for finding in findings if finding["verdict"] == "fail"} == {"progress"}


@pytest.mark.parametrize("ground", ["no ptrace", "neither"])
def test_without_ptrace_calls_are_struck_at_their_entry_and_their_exit_is_not_green(harness, ground):
    run = run_denied(harness, GROUNDS[ground], "run", "plain-c-program", "--variant", "plain-c")
    assert run.status == 2, run.stdout
    struck = {event["case"] for event in run.events("fault")}
    faults = {case["id"]: case["fault"]["point"] for case in run.cases() if case.get("fault")}
    assert struck == {id for id, point in faults.items() if point.endswith("/enter")} != set()
    for case in run.cases():
        if faults.get(case["id"], "").endswith("/exit"):
            assert case["verdict"] == "inconclusive", case["id"]
    if ground == "no ptrace":
        assert {case["verdict"] for case in run.cases() if case["id"] in struck} == {"pass"}


def test_a_call_is_counted_from_the_same_place_by_notification_as_by_the_tracer(harness):
    """The loader, and what the probe library does before main, make calls too."""
    def struck(*words):
        run = harness("run", "mqueue-answers", "--at", "syscall:mq_timedsend/enter", "--do", "fail(EBADF)", *words,
                      out="-".join(words) or "traced")
        return {(event["case"], event["data"]["nth"], event["data"]["args"][2]) for event in run.events("fault")}

    assert struck() == struck("--without", "ptrace") != set()


def test_points_at_system_calls_are_not_green_without_ptrace_and_seccomp(harness):
    denied = {"calls": ["ptrace", "seccomp"], "clone_flags": []}
    run = run_denied(harness, denied, "run", "plain-c-program", "--variant", "plain-c")
    assert run.status == 2, run.stdout
    struck = {event["case"] for event in run.events("fault")}
    for case in run.cases():
        if case.get("fault"):
            assert case["id"] not in struck and case["verdict"] == "inconclusive", case["id"]


def test_a_program_that_cannot_be_executed_is_told_of_where_its_calls_would_be_notified(harness, tmp_path):
    """Its child gives up without a call, since nobody could answer it."""
    broken = tmp_path / "broken"
    broken.write_text("#!/nowhere/interpreter\n")
    broken.chmod(0o755)
    run = harness("run", harness.scenario(f"""
summary: cannot be executed
roles:
  a: {{ command: [{broken}] }}
faults:
  - {{ victim: a, at: "syscall:exit_group/enter", do: kill }}
checkers: [progress]
"""), "--without", "ptrace")
    assert run.status not in (0, 1), run.stdout
    assert "its interpreter" in run.stdout + run.stderr


@pytest.mark.parametrize("scenario", ["signal-cuts-write-short", "signal-in-timed-receive", "sigpipe-ignored-by-parent"])
def test_a_scenario_that_is_nothing_without_ptrace_is_skipped_by_name(harness, scenario):
    run = harness("run", scenario, "--without", "ptrace")
    assert run.status == 77, run.stdout + run.stderr
    told = run.stdout + run.stderr
    assert scenario in told and "ptrace is denied" in told


def test_points_at_system_calls_work_without_namespaces(harness):
    run = run_denied(harness, NO_NAMESPACES, "run", "plain-c-program", "--variant", "plain-c")
    assert run.status in (0, 2) and only_lost_queues(run), run.stdout
    struck = {event["case"] for event in run.events("fault")}
    assert struck == {case["id"] for case in run.cases() if case.get("fault")}


def test_no_queue_is_lost_where_the_tracer_saw_that_none_was_made(harness):
    run = run_denied(harness, NO_NAMESPACES, "run", "crash-in-lock", "--variant", "robust")
    assert run.status == 0, run.stdout + run.stderr


@pytest.mark.parametrize("ground, lost", [("no namespaces", "namespaces"), ("no ptrace", "ptrace")])
def test_doctor_says_what_is_denied(harness, ground, lost):
    told = run_denied(harness, GROUNDS[ground], "doctor").stdout
    (line,) = [line for line in told.splitlines() if line.startswith(lost)]
    assert line.split()[1] == "no", told
    assert len(line.split()) > 2, "and why"


def what_came_of(run):
    """A single case of a mutant may fail or not: which it is, is chance. All else is not."""
    return {case["id"]: case["as_expected"] if case["mutant"] else case["verdict"] for case in run.cases()}


@pytest.mark.parametrize("words", [["namespaces"], ["ptrace"], ["namespaces", "ptrace"]], ids="-".join)
def test_doing_without_is_the_same_as_being_denied(harness, words):
    denied = {("namespaces",): NO_NAMESPACES, ("ptrace",): NO_PTRACE, ("namespaces", "ptrace"): NEITHER}[tuple(words)]
    real = run_denied(harness, denied, "run", "crash-in-lock", "plain-c-program", out="real")
    flags = [flag for word in words for flag in ("--without", word)]
    asked = harness("run", "crash-in-lock", "plain-c-program", *flags, out="asked")
    assert what_came_of(real) == what_came_of(asked)
    assert real.status == asked.status


# --- an ordinary user ---------------------------------------------------------------------------------------

def test_an_ordinary_user_gets_the_same_verdicts(ordinary_harness):
    run = ordinary_harness("run", "crash-in-lock", "plain-c-program")
    assert run.status in (0, 2), run.stdout + run.stderr
    if run.status == 2:
        assert "lost on this machine" in run.stdout
    assert run.folder.stat().st_uid == (ordinary_harness.user if os.geteuid() == 0 else os.geteuid())


def test_an_ordinary_user_whose_machine_allows_user_namespaces_loses_nothing(ordinary_harness):
    doctor = ordinary_harness("doctor")
    (line,) = [line for line in doctor.stdout.splitlines() if line.startswith("user-namespaces")]
    if line.split()[1] != "yes":
        pytest.skip("user namespaces are denied here")
    run = ordinary_harness("run", "crash-in-lock")
    assert run.status == 0 and "lost" not in run.stdout, run.stdout


def test_a_role_of_an_ordinary_user_sees_its_own_uid(ordinary_harness):
    run = ordinary_harness("run", ordinary_harness.scenario("""
summary: says who it is
roles:
  a: { command: [id, -u] }
checkers: [progress]
"""))
    wanted = ordinary_harness.user if os.geteuid() == 0 else os.geteuid()
    assert [event["data"]["text"] for event in run.events("output")] == [f"{wanted}\n"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_an_ordinary_user_on_less_ground_is_told_what_is_lost(ordinary_harness, ground):
    run = run_denied(ordinary_harness, GROUNDS[ground], "run", "crash-in-lock", "--variant", "robust")
    assert run.status in (0, 2), run.stdout + run.stderr
    assert only_lost_queues(run)
    assert "lost on this machine" in run.stdout


@needs_root
def test_root_without_any_capability_is_served_too(harness):
    """As in a container that has dropped all capabilities: uid 0, and mount(2) is EPERM but in a user namespace."""
    if shutil.which("setpriv") is None:
        pytest.skip("no setpriv here")
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *harness.command("run", "crash-in-lock")]
    ended = subprocess.run(command, cwd=harness.folder, env=harness.environment(), capture_output=True, text=True,
                           check=False)
    assert ended.returncode in (0, 2), ended.stdout + ended.stderr


def test_without_ptrace_a_role_that_was_stopped_can_be_hit_at_its_next_point(harness):
    """It goes on by one SIGCONT: a second one, after its next stop, would let it pass there."""
    run = harness("run", "token-holder-dies", "--without", "ptrace", "--repeat", "5")
    assert run.status == 0, run.stdout + run.stderr
