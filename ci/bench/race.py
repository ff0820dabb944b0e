#!/usr/bin/env python3
"""What the race detector costs per item of a ring between two processes, beside the same program without it, in one run.

    ci/bench/race.py [ROUNDS]       default 5; needs build/native/libharness-race.a (target harness_race_archive)

200,000 items; processor time of both processes, which share one processor as the roles of a case do: neither other work on the
machine nor how long one spins for the other moves it much. Native and watched take turns; the ratio is that of each round.
Exit status 1 when the median of the ratios is above the bound. A second line, without a bound, is the time that passes when the
two have a processor each: then what costs is the lines of cache that go from one to the other, of which the detector has more.
"""
import os
import pathlib
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HARNESS_BUILD", "build/native")
ITEMS = 200_000
MOST_RATIO = 6


def flags(which: str) -> list:
    environment = {**os.environ, "PKG_CONFIG_PATH": str(BUILD / "pkgconfig")}
    return shlex.split(subprocess.run(["pkg-config", which, "harness-race"], check=True, text=True, capture_output=True,
                                      env=environment).stdout)


def build(folder: pathlib.Path) -> tuple:
    source = ROOT / "ci/tests/race/ring.cpp"
    plain, watched = folder / "plain", folder / "watched"
    subprocess.run(["g++", "-std=c++20", "-O2", "-o", plain, source], check=True)
    subprocess.run(["g++", "-std=c++20", "-O2", "-g1", *flags("--cflags"), "-c", "-o", folder / "ring.o", source], check=True)
    subprocess.run(["g++", "-o", watched, folder / "ring.o", *flags("--libs")], check=True)
    return plain, watched


def run(program: pathlib.Path, processors: set):
    shadow = program.parent / "shadow"
    shadow.unlink(missing_ok=True)
    done = subprocess.run([program, "release", str(ITEMS)], capture_output=True,
                          env={**os.environ, "HARNESS_RACE": str(shadow)},
                          preexec_fn=lambda: os.sched_setaffinity(0, processors))
    assert (done.returncode, done.stderr) == (0, b""), done


def microseconds_on_one(program: pathlib.Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(program, {min(os.sched_getaffinity(0))})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / ITEMS * 1e6


def microseconds_on_all(program: pathlib.Path) -> float:
    before = time.monotonic()
    run(program, os.sched_getaffinity(0))
    return (time.monotonic() - before) / ITEMS * 1e6


def told(what: str, pairs: list) -> float:
    ratios = [mine / native for native, mine in pairs]
    print(f"{ITEMS} items, {what}: native {statistics.median(one for one, _ in pairs):.2f} us an item, "
          f"watched {statistics.median(one for _, one in pairs):.2f} us, ratio {statistics.median(ratios):.1f} "
          f"({min(ratios):.1f} to {max(ratios):.1f})")
    return statistics.median(ratios)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        plain, watched = build(pathlib.Path(folder))
        on_one = [(microseconds_on_one(plain), microseconds_on_one(watched)) for _ in range(rounds)]
        on_all = [(microseconds_on_all(plain), microseconds_on_all(watched)) for _ in range(rounds)]
    ratio = told("processor time on one processor", on_one)
    print(f"at most {MOST_RATIO}{'' if ratio <= MOST_RATIO else ': TOO MUCH'}")
    told("time that passes on several", on_all)
    return 0 if ratio <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
