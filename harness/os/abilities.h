// Abilities: what this machine really lets us do, found by doing it. Never by version, header or return code
// alone.
#pragma once

#include <string>
#include <vector>

namespace harness {

struct Ability {
  std::string id;  // ptrace, seccomp-trace, namespaces, user-namespaces, mqueue, robust-list, pi-futex,
                   // user-notification
  bool is_there = false;
  std::string detail;  // how it was found, or what refused
  std::string lost;    // what does not work without it
};

// Each is tried in a child of its own.
std::vector<Ability> probe_abilities();

// The part that decides how a worker runs: seizing a child and stopping it at a chosen call.
Ability probe_tracing();

}  // namespace harness
