#!/usr/bin/env python3
"""What an instruction state costs, against gdb and strace doing the nearest that they can.

    ci/bench/sweep.py [ROUNDS]        default 5; needs gdb, strace and a built tree

All are measured in turn within one run, on one processor, and the medians are printed. The region is the same everywhere:
shm-mutex/robust from the entry of pthread_mutex_lock to the return of pthread_mutex_unlock.
 merged     states a second by stand-ins, one death for those that are the same: recording, dying and judging
 every      the same with a death in each state
 kills      true kills a second, from the clone to the survivor's answer: a copy in each distinct state, lodgers in those
            that are the same
 gdb        breakpoint, `stepi` to a state in the middle, kill: one such state
 strace     `strace -f -e inject` kills the program at its first futex call or lets it pass: the cost of one such case.
            It cannot aim inside an uncontended lock at all, which makes no call

Exits with 1 where a ratio is below what is wanted of it: true kills 10 times strace's cases, states 500 times gdb's. How many
a second there are depends on the machine: 20,000 states and 2,000 true kills are wanted, and only told.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")
PROGRAM = BUILD / "subjects/shm-mutex/correct/robust"
NAME = "/harness-bench-sweep"
ARGUMENTS = ["owner", "--name", NAME]
STEPS = 100  # of gdb: into the middle of the region


def on_one_processor() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def swept(*words: str) -> dict:
    done = subprocess.run([BUILD / "harness", "sweep", "shm-mutex/robust", "--json", *words, "--", "owner"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def seconds_of(command: list) -> float:
    """What the program made, and a kill left, is not there at the start."""
    pathlib.Path("/dev/shm" + NAME).unlink(missing_ok=True)
    start = time.monotonic()
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, preexec_fn=on_one_processor)
    return time.monotonic() - start


def gdb_rate() -> float:
    return 1 / seconds_of(["gdb", "-nx", "-batch", "-ex", "set breakpoint pending on", "-ex", "break pthread_mutex_lock",
                           "-ex", "run", "-ex", f"stepi {STEPS}", "-ex", "kill", "--args", str(PROGRAM), *ARGUMENTS])


def strace_rate() -> float:
    return 1 / seconds_of(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=futex", "-e",
                           "inject=futex:signal=SIGKILL:when=1", str(PROGRAM), *ARGUMENTS])


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    rows = []
    for _ in range(rounds):
        merged = swept("--no-kills", "--repeat", "50")
        every = swept("--no-kills", "--every-state", "--repeat", "10")
        kills = swept("--no-stand-ins", "--every-state")
        rows.append((merged["states_per_second"], every["states_per_second"], kills["true_kills_per_second"], gdb_rate(),
                     strace_rate()))
    pathlib.Path("/dev/shm" + NAME).unlink(missing_ok=True)
    merged, every, kills, gdb, strace = (statistics.median(column) for column in zip(*rows))
    print(f"median of {rounds} rounds: states a second {merged:.0f} merged, {every:.0f} each; true kills a second {kills:.0f}; "
          f"gdb {gdb:.2f}, strace {strace:.1f} cases a second")
    ratios = {}
    for name, column in (("merged states", 0), ("every state", 1), ("true kills", 2)):
        ratios[name] = [statistics.median(row[column] / row[other] for row in rows) for other in (3, 4)]
        print(f"{name:<14} / gdb {ratios[name][0]:8.0f}   / strace {ratios[name][1]:8.1f}")
    print(f"wanted: merged states or each 20,000 a second ({'met' if max(merged, every) >= 20_000 else 'not met here'}), true "
          f"kills 2,000 a second ({'met' if kills >= 2_000 else 'not met here'}), true kills / strace 10, every state / gdb 500")
    return 0 if ratios["true kills"][1] >= 10 and ratios["every state"][0] >= 500 else 1


if __name__ == "__main__":
    sys.exit(main())
