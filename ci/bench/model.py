#!/usr/bin/env python3
"""What the model's explorations cost, and whether they keep their bounds: ci/bench/model.py [RUNS].

Of each program the executions, the runs with those that turned out to lead to no new graph, the states with which they
ended, the median time of RUNS (5) runs by the clock, and of the quickest run the processor's time and how many executions
it makes of a second of that: another program's load changes these least, and by them the bounds are judged. Exits 1 when
a ring of four items with a death takes too long, when executions are made too slowly, or when a ring takes as many runs as a
search by sleep sets alone makes executions; a figure stands beside its bound.
"""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")

# exploration: how many executions sleep sets alone leave of it.
SLEEP_SETS = {
    "await-2": 13, "await-3": 58, "await-4": 283, "await-5": 1408, "await-6": 7033, "await-8": 175783,
    "poll-2": 42, "poll-3": 1873, "poll-4": 39486, "poll-5": 666660, "poll-6": 10142663,
    "poll-deaths-3": 7987, "poll-deaths-4": 167910,
}
SHIPPED_RING = "shm-ring/spsc deaths"
SECONDS = {"poll-deaths-4": 5, SHIPPED_RING: 5}
PER_SECOND = {"poll-6": 200_000, SHIPPED_RING: 200_000}  # of such as take long enough to be measured


def explored(program, exploration):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.run([program, "--explore", exploration], capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(text[text.rindex('{"model":'):])["model"]
    return told, told["seconds"], after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(program, exploration, runs):
    results = [explored(program, exploration) for _ in range(runs)]
    return results[0][0], statistics.median(result[1] for result in results), max(min(result[2] for result in results), 1e-6)


def explorations_of(program):
    """As its usage names them."""
    usage = subprocess.run([program], capture_output=True, text=True).stderr
    return usage.split("--explore ")[1].split()[0].split("|")


def programs():
    """Name, program and exploration: the rings of known size, and the subjects' own."""
    rings = [(name, BUILD / "bench-model", name) for name in SLEEP_SETS]
    return rings + [(f"{program.parts[-3]}/{program.name} {exploration}", program, exploration)
                    for program in sorted(BUILD.glob("subjects/*/model/*")) for exploration in explorations_of(program)]


def beside(figure, sign, bound, holds):
    if bound is None:
        return figure
    return f"{figure} {sign} {bound}" if holds(bound) else f"{figure} NOT {sign} {bound}"


def judged(name, told, processor):
    """Its figures, each beside its bound: of runs, of seconds, of executions in a second. One that is broken says NOT."""
    runs = told["executions"] + told["cut"]
    rate = told["executions"] / processor
    return (beside(f"{runs}", "<", SLEEP_SETS.get(name), lambda bound: runs < bound),
            beside(f"{processor:.3f}", "<", SECONDS.get(name), lambda bound: processor < bound),
            beside(f"{rate:.0f}", ">=", PER_SECOND.get(name), lambda bound: rate >= bound))


def is_bounded(name):
    return name in SLEEP_SETS or name in SECONDS or name in PER_SECOND


def end_of(name, told):
    end = told["failure"]["kind"] if "failure" in told else "all" if told["complete"] else "cut short"
    return end if end == "all" or not is_bounded(name) else f"NOT all: {end}"


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    subprocess.run(["cmake", "--build", BUILD, "--target", "bench-model"], check=True, stdout=subprocess.DEVNULL)
    print(f"{'program':<42} {'executions':>10} {'runs < sleep sets':>20} {'states':>6} {'end':>10} {'by the clock':>12}"
          f" {'of processor':>13} {'executions/s':>20}")
    broken = [f"{name}: NOT there" for name in SECONDS | PER_SECOND if name not in [one[0] for one in programs()]]
    for name, program, exploration in programs():
        told, clock, processor = measured(program, exploration, runs)
        tried, seconds, rate = judged(name, told, processor)
        end = end_of(name, told)
        print(f"{name:<42} {told['executions']:>10} {tried:>20} {told['states']:>6} {end:>10} {clock:>12.3f} {seconds:>13} {rate:>20}",
              flush=True)
        broken += [f"{name}: {figure}" for figure in (tried, seconds, rate, end) if "NOT" in figure]
    for one in broken:
        print(f"broken bound: {one}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
