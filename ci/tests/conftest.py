"""What the end-to-end tests share: a runner for the real binary, and ways to wait for states instead of times."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")
HARNESS = BUILD / "harness"
LAST_NET_S = 120  # a run that takes longer hangs; no test depends on how long a run takes
ORDINARY_USER = 65534


def pytest_configure(config):
    config.addinivalue_line("markers", "native_only: not for a harness that is built with sanitizers")


@dataclass(frozen=True)
class Run:
    """A harness that has ended: its status, its words, and the run folder that it was told to write."""

    status: int
    stdout: str
    stderr: str
    folder: Path

    def report(self):
        return json.loads((self.folder / "report.json").read_text())

    def history(self):
        return [json.loads(line) for line in (self.folder / "history.jsonl").read_text().splitlines()]

    def cases(self):
        return [case for scenario in self.report()["scenarios"] for case in scenario["cases"]]

    def events(self, kind):
        return [event for event in self.history() if event["kind"] == kind]

    def limits(self):
        return " ".join(limit for scenario in self.report()["scenarios"] for limit in scenario["evidence_limits"])


class Runner:
    """Runs the binary in a folder of its own with the run folder below it, and with a TMPDIR of its own, whose
    name is short: a longer one, in which no socket has room, is not used."""

    def __init__(self, folder, user=None):
        self.folder = folder
        self.mark = f"HARNESS_E2E_MARK={uuid.uuid4().hex}"
        self.temporary = Path(tempfile.mkdtemp(prefix="harness-e2e-"))
        self.user = user
        if user is not None:
            for path in (folder, self.temporary):
                path.chmod(0o777)

    def environment(self, **more):
        name, value = self.mark.split("=")
        return {**os.environ, "TMPDIR": str(self.temporary), name: value, **more}

    def command(self, *words, out="run"):
        command = [str(HARNESS), *map(str, words)]
        if words and words[0] in ("run", "replay", "explore") and "--out" not in words:
            at = command.index("--") if "--" in command else len(command)
            command[at:at] = ["--out", str(self.folder / out)]
        if self.user is not None and os.geteuid() == 0:
            identity = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
            command = ["setpriv", *identity, *command]
        return command

    def __call__(self, *words, out="run", env=None, cwd=None, before_exec=None, net_s=LAST_NET_S):
        ended = subprocess.run(
            self.command(*words, out=out), cwd=cwd or self.folder, env=self.environment(**(env or {})),
            preexec_fn=before_exec, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=net_s)
        return Run(ended.returncode, ended.stdout, ended.stderr, self.folder / out)

    def start(self, *words, out="run"):
        return subprocess.Popen(
            self.command(*words, out=out), cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def scenario(self, text, name="mine.yaml"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def processes(self, name=None):
        """Living processes that descend from this runner's harness, told by their environment."""
        ours = [pid for pid in living_processes() if self.mark in environment_of(pid)]
        return [pid for pid in ours if name in (None, name_of(pid))]

    def wait_for_end_of_all(self):
        wait_until(lambda: not self.processes(), "every process of the run has ended")

    def kill_all(self):
        for pid in self.processes():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass

    def end(self):
        self.kill_all()
        shutil.rmtree(self.temporary, ignore_errors=True)


def read_proc(path):
    try:
        return Path(path).read_bytes().decode(errors="replace")
    except OSError:
        return ""


def living_processes():
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    return [pid for pid in pids if state_of(pid) not in ("Z", "X", "")]


def state_of(pid):
    return read_proc(f"/proc/{pid}/stat").rpartition(")")[2].strip()[:1]


def environment_of(pid):
    return read_proc(f"/proc/{pid}/environ").split("\0")


def name_of(pid):
    return read_proc(f"/proc/{pid}/comm").strip()


def children_of(pid):
    return [int(word) for word in read_proc(f"/proc/{pid}/task/{pid}/children").split()]


def wait_until(condition, what, tries=6000):
    """For states that no descriptor tells of. Looks again and again, a bounded number of times."""
    for _ in range(tries):
        if value := condition():
            return value
        select.select([], [], [], 0.01)
    pytest.fail(f"waited in vain until {what}")


def wait_for_end(process):
    """The status and the output of a Popen that must end by itself."""
    try:
        stdout, stderr = process.communicate(timeout=LAST_NET_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        pytest.fail("the harness did not end")
    return process.returncode, stdout, stderr


def shared_objects():
    """What the kernel keeps under names of its own: POSIX shared memory and queues, SysV objects."""
    found = set()
    for folder in ("/dev/shm", "/dev/mqueue"):
        if os.path.isdir(folder):
            found |= {f"{folder}/{name}" for name in os.listdir(folder)}
    for table in ("shm", "sem", "msg"):
        rows = read_proc(f"/proc/sysvipc/{table}").splitlines()[1:]
        found |= {f"sysv-{table} {row.split()[1]}" for row in rows}
    return found


def compile_c(folder, source, *options, name="program"):
    """A program of the user's own; skips where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) here")
    (folder / f"{name}.c").write_text(source)
    command = [compiler, "-O1", "-o", str(folder / name), str(folder / f"{name}.c"), *options]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / name


@pytest.fixture
def harness(tmp_path):
    runner = Runner(tmp_path)
    yield runner
    runner.end()


@pytest.fixture
def ordinary_harness():
    """The same as an ordinary user. pytest's own folders are closed to others, so this one is elsewhere."""
    is_root = os.geteuid() == 0
    if is_root and shutil.which("setpriv") is None:
        pytest.skip("no setpriv here to become an ordinary user")
    if is_root and not all(parent.stat().st_mode & 0o001 for parent in HARNESS.parents):
        pytest.skip("the build folder is closed to ordinary users")
    with tempfile.TemporaryDirectory(prefix="harness-e2e-") as folder:
        runner = Runner(Path(folder), user=ORDINARY_USER)
        yield runner
        runner.end()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do this")


def schema(name):
    """A validator for one of reports/schemas."""
    jsonschema = pytest.importorskip("jsonschema")
    text = (ROOT / "reports" / "schemas" / f"{name}.schema.json").read_text()
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.fixture
def schema_complains_of():
    yaml = pytest.importorskip("yaml")
    validator = schema("scenario")
    return lambda text: not validator.is_valid(yaml.safe_load(text))
