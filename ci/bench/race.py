#!/usr/bin/env python3
"""What the race detector costs per item of a ring between two processes, beside the same program without it, in one run.

    ci/bench/race.py [ROUNDS]       default 5; needs build/native/libharness-race.a (target harness_race_archive)

200,000 items; processor time of both processes, which share one processor as the roles of a case do: neither other work on the
machine nor how long one spins for the other moves it much. Native and watched take turns; the ratio is that of each round.
Exit status 1 when the median of the ratios is above the bound.
"""
import os
import pathlib
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile

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


def microseconds_per_item(program: pathlib.Path) -> float:
    shadow = program.parent / "shadow"
    shadow.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, "release", str(ITEMS)], capture_output=True,
                          env={**os.environ, "HARNESS_RACE": str(shadow)},
                          preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stderr) == (0, b""), done
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / ITEMS * 1e6


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        plain, watched = build(pathlib.Path(folder))
        pairs = [(microseconds_per_item(plain), microseconds_per_item(watched)) for _ in range(rounds)]
    ratios = [mine / native for native, mine in pairs]
    ratio = statistics.median(ratios)
    print(f"{ITEMS} items: native {statistics.median(one for one, _ in pairs):.2f} us an item, "
          f"watched {statistics.median(one for _, one in pairs):.2f} us, ratio {ratio:.1f} "
          f"({min(ratios):.1f} to {max(ratios):.1f}; at most {MOST_RATIO}{'' if ratio <= MOST_RATIO else ': TOO MUCH'})")
    return 0 if ratio <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
