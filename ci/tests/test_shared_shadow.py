"""Slots of shared memory that AddressSanitizer guards in every process: what one gives back is out of bounds for the other."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

from conftest import BUILD, LAST_NET_S
from test_sanitizers import findings_by_variant, skip_where_missing

pytestmark = pytest.mark.native_only

# The first process makes the segment and takes slot 1; the second attaches it for itself, or inherits it.
PROGRAM = r"""
#define _GNU_SOURCE
#include "probe/slots.h"
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
enum { COUNT = 4, BYTES = 20 };
static int to_other[2], to_first[2], fd;
static struct harness_slots slots;
static void tell(int* end) { if (write(end[1], "", 1) != 1) _exit(8); }
static void hear(int* end) { char byte; if (read(end[0], &byte, 1) != 1) _exit(9); }
static volatile size_t more = 1;
static int attach(void) { return harness_slots_attach(&slots, fd, "mail", COUNT, BYTES); }
static void other(void) {
  char* const slot = harness_slot(&slots, 1);
  memset(slot, 'x', BYTES);
  OTHER
}
int main(int argc, char** argv) {
  if (argc == 2) { fd = argv[1][0] - '0'; if (attach() != 0) return 3; other(); return 0; }
  fd = memfd_create("slots", 0);
  if (pipe(to_other) != 0 || pipe(to_first) != 0) return 3;
  const int inherits = INHERITS;
  if (inherits && harness_slots_make(&slots, fd, "mail", COUNT, BYTES) != 0) return 4;
  if (fork() == 0) {
    hear(to_other);
    if (!inherits && attach() != 0) _exit(5);
    other();
    tell(to_first);
    _exit(0);
  }
  if (!inherits && harness_slots_make(&slots, fd, "mail", COUNT, BYTES) != 0) return 6;
  harness_slot_take(&slots, 1);
  tell(to_other);
  FIRST
  int status = 0;
  wait(&status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 7;
}
"""

GOES_BEYOND = "memset(slot, 'y', BYTES + more);"
USES_GIVEN_BACK = "tell(to_first); hear(to_other); slot[0] = 'y';"
GIVES_BACK = "hear(to_first); harness_slot_give_back(&slots, 1); tell(to_other);"


def compilers():
    return [pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"no {name} here"))
            for name in ("gcc", "clang")]


def built(folder, compiler, other, first="", inherits=0, sanitize=True):
    source = PROGRAM.replace("OTHER", other).replace("FIRST", first).replace("INHERITS", str(inherits))
    (folder / "program.c").write_text(source)
    environment = {**os.environ, "PKG_CONFIG_PATH": str(BUILD / "pkgconfig")}
    asked = ["pkg-config", "--cflags"] + (["--libs"] if sanitize else []) + ["harness-slots"]
    flags = shlex.split(subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout)
    flags += ["-fsanitize=address"] if sanitize else []
    command = [compiler, "-g", "-O1", "-Wall", "-Wextra", "-o", folder / "program", folder / "program.c", *flags]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if sanitize and "libclang_rt" in said.stderr:
        pytest.skip(f"{compiler} has no AddressSanitizer here")
    assert said.returncode == 0, said.stderr
    return folder / "program"


def ran(program):
    options = {"ASAN_OPTIONS": "detect_leaks=0:exitcode=86"}
    return subprocess.run([program], env={**os.environ, **options}, capture_output=True, text=True, timeout=LAST_NET_S,
                          check=False)


@pytest.mark.parametrize("inherits", [0, 1], ids=["attached", "inherited"])
@pytest.mark.parametrize("compiler", compilers())
def test_a_slot_that_the_other_process_took_may_be_filled(tmp_path, compiler, inherits):
    ended = ran(built(tmp_path, compiler, "", inherits=inherits))
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("inherits", [0, 1], ids=["attached", "inherited"])
@pytest.mark.parametrize("compiler", compilers())
def test_a_byte_beyond_a_slot_is_caught_in_the_process_that_poisoned_nothing(tmp_path, compiler, inherits):
    ended = ran(built(tmp_path, compiler, GOES_BEYOND, inherits=inherits))
    assert ended.returncode == 86
    assert "shared slot: 1 of mail, beyond its 20 bytes at byte 20, taken by process" in ended.stderr
    assert "use-after-poison" in ended.stderr and "program.c:" in ended.stderr


@pytest.mark.parametrize("compiler", compilers())
def test_a_slot_that_the_other_process_gave_back_is_out_of_bounds(tmp_path, compiler):
    ended = ran(built(tmp_path, compiler, USES_GIVEN_BACK, GIVES_BACK))
    assert ended.returncode == 86
    assert re.search(r"shared slot: 1 of mail, given back by process \d+\n", ended.stderr)
    assert re.search(r"SUMMARY: AddressSanitizer: use-after-poison .*program\.c:\d+", ended.stderr)


@pytest.mark.parametrize("compiler", compilers())
def test_what_is_mapped_at_its_place_later_is_not_poisoned(tmp_path, compiler):
    again = r"""
  void* const place = slots.memory;
  const size_t bytes = slots.mapped;
  harness_slots_detach(&slots);
  char* const plain = mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memset(plain, 1, bytes);
  munmap(plain, bytes);
  if (attach() != 0) _exit(10);
  memset(harness_slot(&slots, 1), 'z', BYTES);
"""
    assert ran(built(tmp_path, compiler, again)).returncode == 0
    ended = ran(built(tmp_path, compiler, again + "memset(harness_slot(&slots, 1), 'z', BYTES + more);"))
    assert ended.returncode == 86 and "beyond its 20 bytes" in ended.stderr, "it is guarded again"


@pytest.mark.parametrize("compiler", compilers())
def test_after_an_exec_the_segment_is_guarded_once_it_is_attached_again(tmp_path, compiler):
    becomes = 'if (fd != 0) { dup2(fd, 3); execl("/proc/self/exe", "program", "3", (char*)NULL); }'
    becomes = "if (to_other[0] != 0) { " + becomes + " }" + GOES_BEYOND
    ended = ran(built(tmp_path, compiler, becomes))
    assert ended.returncode == 86 and "1 of mail, beyond its 20 bytes" in ended.stderr


def test_without_the_sanitizer_it_is_a_plain_mapping_that_needs_no_library(tmp_path):
    ended = ran(built(tmp_path, "cc", "if (slots.stride != BYTES || slots.mapped != COUNT * BYTES) _exit(11);"
                      + GOES_BEYOND, sanitize=False))
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_segment_that_was_made_without_the_sanitizer_is_refused(tmp_path):
    small = "if (ftruncate(fd, COUNT * BYTES) != 0 || attach() == 0) _exit(12);"
    assert ran(built(tmp_path, "gcc", small)).returncode == 0


def test_a_mistake_is_told_with_slot_role_and_place_and_the_correct_programs_are_silent(harness):
    skip_where_missing("asan")
    run = harness("run", "slot-of-another", "--target", "asan")
    assert run.status == 0, run.stdout + run.stderr
    found = findings_by_variant(run)
    assert set(found) == {"overflows-slot", "writes-given-back"}
    ((_, beyond),) = found["overflows-slot"]
    assert beyond.startswith("writer: AddressSanitizer: use-after-poison at subjects/shared-slots/mutants/overflows-slot.cpp:")
    assert re.search(r"4 of mail, beyond its 68 bytes at byte 68, taken by process \d+ \(keeper\)$", beyond)
    ((_, stale),) = found["writes-given-back"]
    assert "subjects/shared-slots/mutants/writes-given-back.cpp:" in stale
    assert re.search(r"1 of mail, given back by process \d+ \(keeper\)$", stale)


def test_natively_it_is_not_shown(harness):
    run = harness("run", "slot-of-another")
    assert run.status == 0, run.stdout + run.stderr
    assert {case["verdict"] for case in run.cases()} == {"pass"}
    assert "2 mutants not to be shown here" in run.stdout
