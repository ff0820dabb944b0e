#!/usr/bin/env python3
"""What the model's explorations cost: ci/bench/model.py [RUNS].

Of each program the executions, the states with which they ended, the median time of RUNS (5) runs and how many
executions are run in a second: of the clock, and of the processor, which another program's load does not change.
Rings come with the executions that a search by sleep sets alone makes of them. Exits 1 when one of them is
not explored in fewer.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")

# exploration: how many executions sleep sets alone leave of it.
SLEEP_SETS = {
    "await-2": 13, "await-3": 58, "await-4": 283, "await-5": 1408, "await-6": 7033, "await-8": 175783,
    "poll-2": 42, "poll-3": 1873, "poll-4": 39486, "poll-5": 666660, "poll-deaths-3": 7987, "poll-deaths-4": 167910,
}


def explored(program, exploration):
    before = os.times()
    text = subprocess.run([program, "--explore", exploration], capture_output=True, text=True, check=True).stdout
    after = os.times()
    told = json.loads(text[text.rindex('{"model":'):])["model"]
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return told, told["seconds"], max(processor, 1e-6)


def measured(program, exploration, runs):
    results = [explored(program, exploration) for _ in range(runs)]
    told = results[0][0]
    clock, processor = (statistics.median(result[i] for result in results) for i in (1, 2))
    return told, clock, processor


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    subprocess.run(["cmake", "--build", BUILD, "--target", "bench-model"], check=True, stdout=subprocess.DEVNULL)
    rings = [(BUILD / "bench-model", name) for name in SLEEP_SETS]
    subjects = [(program, exploration) for program in sorted(BUILD.glob("subjects/*/model/*"))
                for exploration in ("all-executions", "deaths", "reordered-deaths")
                if exploration.encode() + b"\0" in program.read_bytes()]
    print(f"{'program':<52} {'executions':>10} {'states':>7} {'end':>9} {'seconds':>8} {'/s':>9} {'/s of processor':>15}  sleep sets")
    too_many = False
    for program, exploration in rings + subjects:
        told, clock, processor = measured(program, exploration, runs)
        known = SLEEP_SETS.get(exploration, "") if program.name == "bench-model" else ""
        too_many |= known != "" and told["executions"] >= known
        name = exploration if program.name == "bench-model" else f"{program.parts[-3]}/{program.name} {exploration}"
        end = told["failure"]["kind"] if "failure" in told else "all" if told["complete"] else "cut short"
        print(f"{name:<52} {told['executions']:>10} {told['states']:>7} {end:>9} {clock:>8.3f}"
              f" {told['executions'] / max(clock, 1e-6):>9.0f} {told['executions'] / processor:>15.0f}  {known}")
    return 1 if too_many else 0


if __name__ == "__main__":
    sys.exit(main())
