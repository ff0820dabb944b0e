"""Guests under QEMU themselves: their image, their templates, how they end, and that nothing is left of them."""
import json
import os
import shutil
import signal
import subprocess
import threading

import pytest

from arm64 import FEW, IMAGE, ROBUST, facts, needs_arm64
from conftest import children_of, name_of, state_of, wait_for_end, wait_until

DAMAGE = b"\xff\x00broken"
STOPPED_S = 5  # longer than any scheduler would make a process wait, shorter than a guest's patience

pytestmark = pytest.mark.native_only


@pytest.fixture
def image(tmp_path):
    """A copy of the image, with templates of its own."""
    copy = tmp_path / "image"
    shutil.copytree(IMAGE, copy, ignore=shutil.ignore_patterns("templates"))
    return copy


@pytest.fixture
def image_with_template(harness, tmp_path):
    """The same with a template in it that is in order."""
    assert harness(*FEW, out="before").status == 0
    copy = tmp_path / "image"
    subprocess.run(["cp", "-r", "--sparse=always", IMAGE, copy], check=True)
    return copy


def with_image(image):
    return {"HARNESS_ARM64_IMAGE": str(image)}


def emulators(process):
    return [pid for pid in children_of(process.pid) if name_of(pid).startswith("qemu-system")]


def wait_for_case(harness, out="run"):
    """Until a case of the run has come back from a guest: from here on it is in the middle of the others."""
    path = harness.folder / out / "history.jsonl"
    wait_until(lambda: path.exists() and path.stat().st_size > 0, "a case has been recorded")


def lost_reasons(run):
    return [event["data"]["reason"] for event in run.events("lost") if event["name"] == "worker"]


# --- what is missing or broken ------------------------------------------------------------------------------

def test_without_qemu_the_target_is_unavailable_and_names_the_package(harness):
    run = harness("run", "crash-in-lock", "--target", "arm64", env={"PATH": str(harness.folder)})
    assert run.status == 77
    if ROBUST.exists():
        assert "qemu-system-arm" in run.stderr
    assert not run.folder.exists(), "nothing was begun"


@needs_arm64
def test_without_an_image_the_target_is_unavailable_and_names_the_command(harness):
    run = harness("run", "crash-in-lock", "--target", "native,arm64", env=with_image(harness.folder / "none"))
    assert run.status == 77 and "ci/arm64-image" in run.stderr


@needs_arm64
@pytest.mark.parametrize("file", ["kernel", "initrd"])
def test_a_changed_image_is_refused_with_both_checksums(harness, image, file):
    with open(image / file, "r+b") as opened:
        opened.seek(100_000)
        opened.write(b"corrupt")
    run = harness("run", "crash-in-lock", "--target", "arm64", env=with_image(image))
    assert run.status == 77
    for part in (file, "sha256", json.loads((image / "manifest.json").read_text())[f"{file}_sha256"], "ci/arm64-image"):
        assert part in run.stderr


@needs_arm64
def test_an_image_that_does_not_boot_is_an_error_with_its_console_and_no_hang(harness, image):
    (image / "initrd").write_bytes(b"not an archive")
    manifest = json.loads((image / "manifest.json").read_text())
    manifest["initrd_sha256"] = subprocess.run(
        ["sha256sum", image / "initrd"], capture_output=True, text=True, check=True).stdout.split()[0]
    (image / "manifest.json").write_text(json.dumps(manifest))
    run = harness("run", "crash-in-lock", "--target", "arm64", env=with_image(image))
    assert run.status == 70 and "Kernel panic" in run.stderr, run.stderr
    harness.wait_for_end_of_all()


# --- templates ----------------------------------------------------------------------------------------------

def template_folders(image):
    return sorted(path.name for path in (image / "templates").iterdir() if path.is_dir())


@needs_arm64
def test_a_template_is_made_once_and_used_again(harness, image):
    for out in ("first", "second"):
        run = harness(*FEW, out=out, env=with_image(image))
        assert run.status == 0, run.stdout + run.stderr
        assert facts(run)["started_by"] == "copy of a template"
        if out == "first":
            made = [path.stat().st_ino for path in (image / "templates").rglob("memory")]
    assert [path.stat().st_ino for path in (image / "templates").rglob("memory")] == made


@needs_arm64
@pytest.mark.parametrize("file", ["memory", "state", "template.json"])
def test_a_broken_template_is_made_again(harness, image_with_template, file):
    image = image_with_template
    (broken,) = (image / "templates").glob(f"neoverse-n1.*/{file}")
    at = broken.stat().st_size // 3
    with open(broken, "r+b") as opened:
        opened.seek(at)
        opened.write(DAMAGE)
    run = harness(*FEW, out="second", env=with_image(image))
    assert run.status == 0, run.stdout + run.stderr
    assert facts(run)["started_by"] == "copy of a template"
    (made,) = (image / "templates").glob(f"neoverse-n1.*/{file}")
    with open(made, "rb") as opened:
        opened.seek(at)
        assert opened.read(len(DAMAGE)) != DAMAGE


@needs_arm64
def test_what_a_killed_maker_of_a_template_leaves_is_taken_away_by_the_next(harness, image):
    process = subprocess.Popen(
        harness.command(*FEW, out="killed"), cwd=harness.folder, env=harness.environment(**with_image(image)),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: (image / "templates").is_dir() and any(name.endswith(".draft") for name in template_folders(image)),
               "a template is being made")
    process.kill()
    process.wait()
    harness.wait_for_end_of_all()
    assert harness(*FEW, out="next", env=with_image(image)).status == 0
    assert len(template_folders(image)) == 1 and not template_folders(image)[0].endswith(".draft")


@needs_arm64
def test_where_no_template_can_be_kept_a_guest_boots(harness, image):
    (image / "templates").write_text("in the way")
    run = harness(*FEW, env={**with_image(image), "XDG_CACHE_HOME": "/dev/null/none"})
    assert run.status == 0, run.stdout + run.stderr
    assert facts(run)["started_by"] == "cold boot"


# --- guests that end ----------------------------------------------------------------------------------------

@needs_arm64
def test_a_killed_emulator_costs_one_case_and_the_others_go_on(harness):
    process = harness.start("run", "crash-in-lock", "--target", "arm64")
    wait_for_case(harness)
    os.kill(emulators(process)[0], signal.SIGKILL)
    status, stdout, stderr = wait_for_end(process)
    report = json.loads((harness.folder / "run" / "report.json").read_text())
    verdicts = [case["verdict"] for case in report["scenarios"][0]["cases"] if not case["mutant"]]
    assert status == 2 and verdicts.count("inconclusive") <= 1 and "fail" not in verdicts, stdout + stderr
    assert report["totals"]["inconclusive"] == 1 and report["totals"]["not_run"] == 0
    assert "signal 9" in stdout
    assert report["scenarios"][0]["target_facts"]["guests"] == 2


@needs_arm64
def test_an_emulator_that_is_stopped_for_a_while_changes_no_verdict(harness):
    process = harness.start("run", "crash-in-lock", "--target", "arm64")
    wait_for_case(harness)
    emulator = emulators(process)[0]
    os.kill(emulator, signal.SIGSTOP)
    wait_until(lambda: state_of(emulator) == "T", "the emulator is stopped")
    # The one place where a length of time is the point: how long it stays stopped.
    waking = threading.Timer(STOPPED_S, os.kill, (emulator, signal.SIGCONT))
    waking.start()
    status, stdout, stderr = wait_for_end(process)
    waking.join()
    assert status == 0, stdout + stderr
    report = json.loads((harness.folder / "run" / "report.json").read_text())
    assert report["scenarios"][0]["target_facts"]["run_again"] >= 1, "the case that it was stopped in"


@needs_arm64
def test_a_guest_whose_kernel_panics_costs_its_case_and_says_why(harness):
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    if compiler is None:
        pytest.skip("no aarch64-linux-gnu-gcc here")
    (harness.folder / "panic.c").write_text("""
        #include <fcntl.h>
        #include <unistd.h>
        int main(int argc, char** argv) {
          int trigger = open("/proc/sysrq-trigger", O_WRONLY);
          if (argc > 1) return 0;
          return write(trigger, "c", 1) == 1 ? 0 : 1;
        }""")
    subprocess.run([compiler, "-static", "-o", harness.folder / "panic", harness.folder / "panic.c"], check=True)
    panics = harness.scenario(
        "summary: s\nroles: { main: { command: [./panic] } }\nfaults: [none]\ncheckers: [progress]\n", "panics.yaml")
    calm = harness.scenario(
        "summary: s\nroles: { main: { command: [./panic, not] } }\nfaults: [none]\ncheckers: [progress]\n", "calm.yaml")
    run = harness("run", panics, calm, "--target", "arm64")
    assert run.status == 2, run.stdout + run.stderr
    assert [case["verdict"] for case in run.cases()] == ["inconclusive", "pass"]
    (reason,) = lost_reasons(run)
    assert "Kernel panic" in reason
    assert "Kernel panic" in run.stdout


# --- nothing is left ----------------------------------------------------------------------------------------

def files_below(folder):
    return sorted(str(path) for path in folder.rglob("*"))


@needs_arm64
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_emulator_and_no_file_outlives_the_harness(harness, number):
    process = harness.start("run", "crash-in-lock", "--target", "arm64", "--jobs", "2")
    wait_for_case(harness)
    assert len(emulators(process)) == 2
    os.kill(process.pid, number)
    status, _, _ = wait_for_end(process)
    assert status == (-9 if number == signal.SIGKILL else 130)
    harness.wait_for_end_of_all()
    assert files_below(harness.temporary) == []


@needs_arm64
def test_an_interrupt_during_the_boot_ends_the_run_at_once(harness, image):
    process = subprocess.Popen(
        harness.command(*FEW), cwd=harness.folder, env=harness.environment(**with_image(image)),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: emulators(process), "a guest is being started")
    process.send_signal(signal.SIGINT)
    assert wait_for_end(process)[0] == 130
    harness.wait_for_end_of_all()
