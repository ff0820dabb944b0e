#!/usr/bin/env python3
"""Whether memory stays flat: ci/bench/memory.py [CASES], default 10000.

Runs that many cases in one harness and samples the resident memory of the coordinator and of its worker as the record
grows. Prints the worker's and the coordinator's size after a tenth of the cases and at the end.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / os.environ.get("HARNESS_BUILD", "build/native") / "harness"


def resident_kib(pid: int) -> int:
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def descendants(pid: int) -> list:
    try:
        children = [int(word) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
                    for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return children + [grandchild for child in children for grandchild in descendants(child)]


def worker_kib(pid: int) -> int:
    """The largest process below that runs this very program: the worker."""
    own = os.stat(HARNESS).st_ino
    sizes = [0]
    for child in descendants(pid):
        try:
            if os.stat(f"/proc/{child}/exe").st_ino == own:
                sizes.append(resident_kib(child))
        except OSError:
            pass
    return max(sizes)


def main() -> int:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "out" / "history.jsonl"
        run = subprocess.Popen([HARNESS, "run", "crash-in-lock", "--variant", "robust", "--at", "probe:lock.held",
                                "--repeat", str(cases // 4), "--out", record.parent], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        samples = []
        while True:
            try:
                run.wait(timeout=0.5)  # the pace of sampling; nothing waits for it
                break
            except subprocess.TimeoutExpired:
                size = record.stat().st_size if record.exists() else 0
                samples.append((size, resident_kib(run.pid), worker_kib(run.pid)))
    samples = [sample for sample in samples if sample[0] > 0 and sample[2] > 0]
    early = samples[len(samples) // 10]
    late = samples[-1]
    print(f"{cases} cases, exit status {run.returncode}, record {late[0] / 1e6:.0f} MB")
    print(f"worker       {early[2]} KiB after a tenth, {late[2]} KiB at the end: {late[2] / early[2]:.2f} times")
    print(f"coordinator  {early[1]} KiB after a tenth, {late[1]} KiB at the end: {late[1] / early[1]:.2f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
