#!/usr/bin/env python3
"""Runs a scenario many times and compares the verdict of every case: ci/bench/stability.py [SCENARIO [RUNS]] [--load].

With --load, as many busy loops as there are CPUs run beside it. Exits 1 when any two runs differ.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / os.environ.get("HARNESS_BUILD", "build/native") / "harness"


def verdicts(scenario: str, folder: str) -> tuple:
    status = subprocess.run([HARNESS, "run", scenario, "--out", folder], capture_output=True).returncode
    results = json.loads((pathlib.Path(folder) / "verdict.json").read_text())["results"]
    cases = {r["id"]: (r["verdict"], tuple(sorted({f["checker"] for f in r["findings"]}))) for r in results}
    return status, cases


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    scenario = words[0] if words else "crash-in-lock"
    runs = int(words[1]) if len(words) > 1 else 200
    load = []
    if "--load" in sys.argv:
        load = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
    try:
        with tempfile.TemporaryDirectory() as folder:
            first = verdicts(scenario, folder)
            differing = 0
            for _ in range(runs - 1):
                status, cases = verdicts(scenario, folder)
                if (status, cases) != first:
                    differing += 1
                    for case, came in cases.items():
                        if came != first[1].get(case):
                            print(f"{case}: first {first[1].get(case)}, then {came}")
        print(f"{scenario}: {runs} runs of {len(first[1])} cases, exit status {first[0]}, {differing} runs differ"
              f"{', under load' if load else ''}")
        return 1 if differing or first[0] != 0 else 0
    finally:
        for process in load:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
