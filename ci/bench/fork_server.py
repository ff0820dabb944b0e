#!/usr/bin/env python3
"""What a case costs when its roles are copies of a zygote, and when each is executed afresh, in one run.

    ci/bench/fork_server.py [ROUNDS]       default 5; needs ci/sanitized asan tsan

The same program and the same faults on each target: as a variant of its subject, which is cloned at main, and as a program
of the user's (--subject), which is executed for each case. Medians over cases and rounds; the ratio is that of each case.
Ends with status 1 when a sanitizer's ratio is above what is wanted.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")
PROGRAM = "subjects/shm-mutex/correct/robust"
WANTED_RATIO = 0.50
BUILDS = {"native": BUILD, "asan": ROOT / "build/asan", "tsan": ROOT / "build/tsan"}


def milliseconds(target: str, *words: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        done = subprocess.run([BUILD / "harness", "run", "crash-in-lock", "--target", target, *words, "--out", out],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        results = json.loads((out / "verdict.json").read_text())["results"]
        return {one["id"].split("/", 3)[3]: one["duration_ns"] / 1e6 for one in results}


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    is_met = True
    for target, build in BUILDS.items():
        copied, executed, ratios = [], [], []
        for _ in range(rounds):
            of_zygote = milliseconds(target, "--variant", "robust")
            afresh = milliseconds(target, "--subject", build / PROGRAM)
            shared = sorted(of_zygote.keys() & afresh.keys())
            copied += [of_zygote[case] for case in shared]
            executed += [afresh[case] for case in shared]
            ratios += [of_zygote[case] / afresh[case] for case in shared]
        ratio = statistics.median(ratios)
        wanted = "" if target == "native" else f"   (wanted: at most {WANTED_RATIO:.2f})"
        is_met = is_met and (target == "native" or ratio <= WANTED_RATIO)
        print(f"{target:7} from a zygote {statistics.median(copied):6.1f} ms   executed {statistics.median(executed):6.1f} ms   "
              f"ratio {ratio:.2f}{wanted}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
