// What harness init writes: a first scenario with its two programs, in C and in C++, and how CI runs it.
#pragma once

namespace harness {

struct InitFile {
  const char* name;
  const char* text;
};

inline constexpr InitFile kInitFiles[] = {
    {"scenario.yaml",
     R"yaml(# harness run scenario.yaml        runs every case below; exit status 0, 1, 2 …: see harness --help
# harness plan scenario.yaml       says what would be run, and starts nothing
summary: A reader ends in good order when its writer is killed in the middle of a record.

links:
  data: pipe                  # made by the harness: one end for each role, and nobody else has a copy

roles:                        # started in this order, in the folder of this file; any command will do
  reader: { command: [./reader], fds: { 3: data.read } }
  writer: { command: [./writer], fds: { 3: data.write } }

faults:                       # each line is at least one case
  - none
  - { victim: writer, at: "probe:record.half", arrival: [1, 3], do: kill }   # in the 1st, 2nd and 3rd record
  - { victim: writer, at: "probe:record.whole", arrival: 2, do: kill }       # between two records
  - { victim: writer, at: "syscall:write/enter", arrival: 2, do: kill }      # needs no probe: any program
  - { victim: reader, at: "syscall:read/enter", arrival: 2, do: kill }       # the writer then meets a broken pipe
  - { victim: reader, at: "syscall:read(link)/enter", do: short(1..3) }      # reads that give less than was asked

checkers:
  - progress                        # nobody waits for ever
  - no_residue                      # nothing is left behind
  - exit_status: { reader: 0 }      # unless the fault killed it

# harness list checkers, harness list actions: what else there is.
)yaml"},
    {"writer.c",
     R"c(/* Writes records of a line each to descriptor 3. The probes are places where a fault can strike. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "probe/probe.h"

static int write_all(const char* text, size_t size) {
  while (size > 0) {
    const ssize_t written = write(3, text, size);
    if (written <= 0) return -1;
    text += written;
    size -= (size_t)written;
  }
  return 0;
}

int main(void) {
  signal(SIGPIPE, SIG_IGN); /* a reader that is gone is an error to handle, not a death */
  const char record[] = "a record of some words\n";
  const size_t half = strlen(record) / 2;
  for (int i = 0; i < 4; ++i) {
    if (write_all(record, half) != 0) return 1;
    HARNESS_PROBE("record.half");
    if (write_all(record + half, strlen(record) - half) != 0) return 1;
    HARNESS_PROBE("record.whole");
  }
  return 0;
}
)c"},
    {"reader.cpp",
     R"program(// Reads lines from descriptor 3 until its writer is gone, and says how many were whole.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "probe/probe.h"

int main() {
  std::string record;
  int whole = 0;
  char buffer[64];
  for (;;) {
    const ssize_t got = read(3, buffer, sizeof buffer);
    if (got < 0) return 1;
    if (got == 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      record += buffer[i];
      if (buffer[i] != '\n') continue;
      HARNESS_PROBE("record.read");
      ++whole;
      record.clear();
    }
  }
#ifdef TRUST_THE_WRITER
  if (!record.empty()) std::abort();  // "cannot happen"
#endif
  std::cout << whole << " records, " << (record.empty() ? "and no more" : "and a torn one, dropped")
            << std::endl;
  return 0;
}
)program"},
    {"Makefile",
     R"make(# Not installed? PKG_CONFIG_PATH=…/build/native/pkgconfig names the probe library of a build.
PROBE = $(shell pkg-config --cflags harness-probe)
PROBE_LIBRARY = $(shell pkg-config --libs harness-probe)

all: writer reader

writer: writer.c
	$(CC) -O1 -g $(CFLAGS) $(PROBE) -o $@ $< $(PROBE_LIBRARY)

reader: reader.cpp
	$(CXX) -O1 -g $(CXXFLAGS) $(PROBE) -o $@ $< $(PROBE_LIBRARY)

check: all
	harness run scenario.yaml

clean:
	rm -f writer reader
.PHONY: all check clean
)make"},
    {"gate.yaml",
     R"yaml(# harness run scenario.yaml --gate gate.yaml        what a run must have shown before anybody merges
require: { targets: [native] }
minimum: { cases: 8, points: 100% }
)yaml"},
    {"ci.yaml",
     R"yaml(# For GitHub: .github/workflows/harness.yaml. For GitLab and Jenkins see ci/examples of the harness.
name: harness
on: [push, pull_request]
jobs:
  harness:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: make
      - run: harness run scenario.yaml --gate gate.yaml --out harness-report
      - if: always()
        run: cat harness-report/summary.md >> "$GITHUB_STEP_SUMMARY"
)yaml"},
};

}  // namespace harness
