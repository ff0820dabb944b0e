#!/usr/bin/env python3
"""What a case costs, against bare exec of the same two processes, and against strace and fiu-run doing the nearest they can.

    ci/bench/cost_per_case.py [ROUNDS]        default 7; needs strace, fiu-run (Debian's fiu-utils), cc and a built tree

All are measured in turn within one run and compared round by round; the medians are printed. The processes of a pair
share one CPU each time: a worker pins itself and its roles, bare.c pins itself, and strace is started pinned.
 harness   `harness run` of crash-in-lock's robust variant, killed inside the lock, 100 cases: the whole command's wall
           time divided by the cases, so that planning, recording and reporting are in it
 bare      posix_spawn and waitpid of the same program as owner and as waiter, nothing around them
 strace    `strace -f -e inject=futex:signal=SIGKILL:when=1` around the same pair: it kills at a system call, since it
           cannot aim inside a lock
 fiu-run   `fiu-run -x -c 'enable name=posix/io/rw/write'` around the same pair: every write of a program that takes preloaded
           libraries fails; it can neither kill nor count calls
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")
PROGRAM = BUILD / "subjects/shm-mutex/correct/robust"
CASES = 100

SCENARIO = """\
summary: One owner, some waiters; the owner is killed inside the lock.
mechanism: shm-mutex
subject: shm-mutex
roles:
  owner:  { args: [owner, --name, "{name}", --participants, "{participants}"], ready: { at: "probe:lock.held" } }
  waiter: { args: [waiter, --name, "{name}", --participants, "{participants}"], count: WAITERS }
faults:
  - { victim: owner, at: "probe:lock.held", do: kill }
checkers: [mutual_exclusion, no_lost_update, owner_death_reported, progress, no_residue]
expect: { robust: pass, not-robust: { fail: progress } }
"""


def harness_us(folder: pathlib.Path, variant: str, waiters: int = 1) -> float:
    scenario = folder / "some.yaml"
    scenario.write_text(SCENARIO.replace("WAITERS", str(waiters)))
    start = time.monotonic()
    done = subprocess.run([BUILD / "harness", "run", scenario, "--variant", variant, "--repeat", str(CASES),
                           "--out", folder / "out"], capture_output=True)
    assert done.returncode == (0 if variant == "robust" else 1), done.stdout.decode()
    return (time.monotonic() - start) * 1e6 / CASES


def bare_us(bare: pathlib.Path) -> float:
    return float(subprocess.run([bare, str(CASES), PROGRAM, "/harness-bench"], capture_output=True, check=True).stdout)


def strace_us(bare: pathlib.Path, pairs: int = 10) -> float:
    """Around the spawner, so that one strace serves a pair, which is the least it can cost."""
    start = time.monotonic()
    for _ in range(pairs):
        subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=futex", "-e",
                        "inject=futex:signal=SIGKILL:when=1", bare, "1", PROGRAM, "/harness-bench"],
                       capture_output=True, preexec_fn=lambda: os.sched_setaffinity(0, {0}))
        pathlib.Path("/dev/shm/harness-bench").unlink(missing_ok=True)
    return (time.monotonic() - start) * 1e6 / pairs


def fiu_run_us(bare: pathlib.Path, pairs: int = 10) -> float:
    """The spawner alone takes the library: the subject is linked statically."""
    start = time.monotonic()
    for _ in range(pairs):
        subprocess.run(["fiu-run", "-x", "-f", "", "-c", "enable name=posix/io/rw/write", bare, "1", PROGRAM, "/harness-bench"],
                       capture_output=True, preexec_fn=lambda: os.sched_setaffinity(0, {0}))
        pathlib.Path("/dev/shm/harness-bench").unlink(missing_ok=True)
    return (time.monotonic() - start) * 1e6 / pairs


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bare = folder / "bare"
        subprocess.run(["cc", "-O2", "-o", bare, ROOT / "ci/bench/bare.c"], check=True)
        rows = []
        for _ in range(rounds):
            rows.append((harness_us(folder, "robust"), harness_us(folder, "not-robust"), bare_us(bare), strace_us(bare),
                         fiu_run_us(bare)))
    medians = [statistics.median(column) for column in zip(*rows)]
    print(f"us per case, median of {rounds} rounds: harness {medians[0]:.0f}, a case that hangs {medians[1]:.0f}, "
          f"bare exec {medians[2]:.0f}, strace {medians[3]:.0f}, fiu-run {medians[4]:.0f}")
    print(f"harness / bare exec   {statistics.median(r[0] / r[2] for r in rows):.2f}   (wanted: at most 1.5)")
    print(f"strace / harness      {statistics.median(r[3] / r[0] for r in rows):.2f}   (wanted: at least 3)")
    print(f"fiu-run / harness     {statistics.median(r[4] / r[0] for r in rows):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
