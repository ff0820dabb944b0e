#!/usr/bin/env python3
"""How the cost of a sweep grows with the length of its region and with what is shared, and that of a case with its roles.

    ci/bench/growth.py [ROUNDS]        default 3; needs cc and a built tree

 length    a lock around so many stores: microseconds for each state, by a death in each of them
 shared    the same lock in a mapping of so many KiB
 roles     `harness run` of one owner that dies in the lock and so many waiters: milliseconds for each case
Medians over rounds that take all sizes in turn.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from cost_per_case import harness_us

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / os.environ.get("HARNESS_BUILD", "build/native") / "harness"
LENGTHS = [10, 100, 1000]
SHARED_KIB = [4, 64, 1024]
WAITERS = [1, 2, 4, 8]

PROGRAM = """
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(int argc, char** argv) {
  (void)argc;
  const int stores = atoi(argv[1]);
  pthread_mutex_t* mutex = mmap(0, 1024 * atoi(argv[2]), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  volatile int* data = (volatile int*)(mutex + 1);
  pthread_mutexattr_t how;
  pthread_mutexattr_init(&how);
  pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(mutex, &how);
  pthread_mutex_lock(mutex);
  for (int i = 0; i < stores; ++i) data[i % 512] = i + 1;
  pthread_mutex_unlock(mutex);
  return 0;
}
"""

def state_us(program: pathlib.Path, stores: int, kib: int) -> float:
    done = subprocess.run([HARNESS, "sweep", program, "--json", "--no-kills", "--every-state", "--", str(stores), str(kib)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return 1e6 / json.loads(done.stdout)["states_per_second"]


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = folder / "program"
        (folder / "program.c").write_text(PROGRAM)
        subprocess.run(["cc", "-O2", "-pthread", "-o", program, folder / "program.c"], check=True)
        taken = {}
        for _ in range(rounds):
            for stores in LENGTHS:
                taken.setdefault(f"length  {stores:5} stores     us a state", []).append(state_us(program, stores, 4))
            for kib in SHARED_KIB:
                taken.setdefault(f"shared  {kib:5} KiB        us a state", []).append(state_us(program, 100, kib))
            for waiters in WAITERS:
                taken.setdefault(f"roles   {1 + waiters:5} processes  ms a case", []).append(harness_us(folder, "robust", waiters) / 1e3)
    for what, values in taken.items():
        print(f"{what} {statistics.median(values):8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
