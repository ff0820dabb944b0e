// GatePolicy: what a run must have shown before it may be called green. A YAML file beside a team's CI files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

// At least so many, or at least so many per cent of all that there are.
struct Floor {
  int least = 0;
  bool is_percent = false;
  std::string place;  // file:line:column, for complaints; the same in the types below
};

// "95%" or "40".
std::string to_string(const Floor& floor);

// A name that must be in the run; a glob such as pipe-* asks for at least one.
struct Wanted {
  std::string name;
  std::string place;
};

// Something that may be left out: a glob over what a run says of it, "NAME on TARGET: skipped: WHY".
struct AllowedSkip {
  std::string skip;
  std::string because;
  std::string place;
};

// Cases that may come out otherwise than expected, up to and including a day. A glob over their ids, or over
// SCENARIO/TARGET/VARIANT for a mutant that no case catches.
struct Quarantine {
  std::string cases;
  std::string until;  // 2027-01-31
  std::string because;
  std::string place;
};

struct GatePolicy {
  std::vector<Wanted> scenarios;  // on each of the wanted targets, or on any where none is wanted
  std::vector<Wanted> targets;
  std::optional<Floor> cases;    // that were judged
  std::optional<Floor> checks;   // checkers that came to a verdict over a case
  std::optional<Floor> claims;   // that a scenario of the run shows, as `harness list --coverage` has them
  std::optional<Floor> points;   // injection points at which a fault struck
  std::optional<Floor> mutants;  // that were caught
  std::vector<AllowedSkip> skips;
  std::vector<Quarantine> quarantine;
};

// Errors (usage): what is wrong, where (file:line:column) and the mend.
Result<GatePolicy> parse_gate_policy(const std::string& text, const std::string& path);
Result<GatePolicy> read_gate_policy(const std::string& path);

}  // namespace harness
