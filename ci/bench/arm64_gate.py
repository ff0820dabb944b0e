#!/usr/bin/env python3
"""What the arm64 target costs: from the command to the verdict, cold and warm, and against native, all in one run.

    ci/bench/arm64_gate.py [ROUNDS]        default 3; needs ci/arm64-image to have been run

 cold      crash-in-lock with no saved template: the guest boots, and a template is saved
 warm      the same from a copy of the template
 second    what lock-limit adds when it follows in the same run, and so in the same guest
 native    crash-in-lock on this machine
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / os.environ.get("HARNESS_BUILD", "build/native") / "harness"
TEMPLATES = ROOT / "build/arm64-image/templates"


def seconds(*words: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        done = subprocess.run([HARNESS, "run", *words, "--out", pathlib.Path(folder) / "out"], capture_output=True)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        return time.monotonic() - start


def round_of() -> dict:
    shutil.rmtree(TEMPLATES, ignore_errors=True)
    cold = seconds("crash-in-lock", "--target", "arm64")
    warm = seconds("crash-in-lock", "--target", "arm64")
    both = seconds("crash-in-lock", "lock-limit", "--target", "arm64")
    return {"cold": cold, "warm": warm, "second": both - warm, "native": seconds("crash-in-lock")}


def main() -> int:
    rounds = [round_of() for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3)]
    median = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    print(", ".join(f"{key} {value:.2f} s" for key, value in median.items()) + f" (median of {len(rounds)})")
    print(f"cold                 {median['cold']:.1f} s   (wanted: under 15)")
    print(f"second in the guest  {median['second']:.1f} s   (wanted: under 2)")
    print(f"warm / native        {statistics.median(one['warm'] / one['native'] for one in rounds):.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
