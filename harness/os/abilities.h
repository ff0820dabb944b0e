// Abilities: what this machine really lets us do, found by doing it. Never by version, header or return code
// alone.
#pragma once

#include <string>
#include <vector>

namespace harness {

struct Ability {
  std::string id;  // ptrace, seccomp-trace, namespaces, user-namespaces, mqueue, robust-list, pi-futex,
                   // robust-handover, user-notification, io-uring, pass-rights, change-user
  bool is_there = false;
  std::string detail;  // how it was found, or what refused
  std::string lost;    // what does not work without it
};

// Each is tried in a child of its own.
std::vector<Ability> probe_abilities();

// The part that decides how a worker runs: seizing a child and stopping it at a chosen call.
Ability probe_tracing();

// What takes its place where it is denied: being told of a child's calls at their entry (os/notifier.h).
Ability probe_notification();

// Those that a scenario may need (`needs:`): by name, and tried. What an emulator of system calls does not do
// is said to be the emulator's. asan, lsan, tsan and race are not tried: a target says how its programs are
// built. Nor is private-network: a worker finds out (run/worker.cpp).
std::vector<std::string> needed_abilities();
std::vector<Ability> probe_needed_abilities();

// Whether the kernel mends the wake-up that glibc's robust mutex loses when a woken waiter is killed and
// another has taken the lock meanwhile (MX-22). Linux 6.1.183 does ("futex: Prevent robust futex exit race
// some more"), 6.18.44 does not.
Ability probe_robust_handover();

}  // namespace harness
