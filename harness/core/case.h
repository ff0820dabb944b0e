// Plan and Case: a scenario made concrete. A case is one variant × fault line × target × seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/fault.h"
#include "core/scenario.h"
#include "core/schedule.h"

namespace harness {

// One process to start, with everything filled in but {tmp}, which only the worker knows.
struct RoleInstance {
  std::string name;  // owner, or waiter.2 when its role has a count
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  Ready ready;
  std::vector<std::string> probes;         // the names that the program declares, or that the case mentions
  std::map<int, std::string> descriptors;  // as Role::descriptors
  bool from_zygote = false;  // a subject of the catalogue: may be cloned at main instead of being executed
};

struct Case {
  std::string id;  // stable: scenario/target/variant/faults, with /rN for repeat N > 1
  std::string scenario;
  std::string mechanism;
  std::string target;
  std::string variant;
  bool mutant = false;
  std::string mode;  // "" for processes; "threads" (run/thread_mode.h), "model" (run/model_mode.h)
  uint64_t seed = 0;
  int repeat = 1;
  std::string directory;           // where the roles start; "" means the case's {tmp}
  std::vector<std::string> needs;  // as Scenario::needs, with those of its subject
  Links links;
  std::optional<PrivateNetwork> network;
  std::vector<std::string> watches;  // what its checkers need to be recorded: Checker::watches
  // Part of an exploration of these roles: their calls are recorded (EventKind::met), but for where they are
  // struck at an instruction; and a checker that found nothing to judge leaves it to the others.
  std::vector<std::string> explored;
  std::optional<Schedule> schedule;  // one task runs at a time, and by this it is said which
  std::vector<RoleInstance> roles;
  std::vector<Fault> faults;
  std::vector<CheckerUse> checkers;
  Expectation expected;
  int deadline_ms = 10'000;
  std::string replay;  // the command line that runs this case again, where its id alone would not do
};

// The ability (Case::needs) of targets on which what stands between two probes is the program's own code.
inline constexpr const char* kInstructionPoints = "instruction-points";

// In Plan::exploration the reason of a pair that never struck, where an interrupted run did not come to it.
inline constexpr const char* kNotRun = "not run";

struct Plan {
  uint64_t seed = 0;
  std::vector<Case> cases;
  std::vector<std::string> notes;  // what was left out of the plan, and why
  nlohmann::json exploration;      // null, or what was explored and how much of it (run/exploration.h)
};

void to_json(nlohmann::json& json, const Case& value);
void from_json(const nlohmann::json& json, Case& value);
void to_json(nlohmann::json& json, const Plan& value);
void from_json(const nlohmann::json& json, Plan& value);

}  // namespace harness
