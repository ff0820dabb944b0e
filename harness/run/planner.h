// Planner: from scenarios to cases: variants × fault lines × targets × repeats. Starts nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/case.h"
#include "core/scenario.h"
#include "run/catalogue.h"

namespace harness {

// What a plan has to know of a target.
struct PlannedTarget {
  std::string id;
  Catalogue catalogue;                                  // where its build of the subjects lies
  std::string architecture;                             // of the programs that it can run
  std::map<std::string, std::string> environment = {};  // of every role, before its own
  bool has_threads = false;                             // Target::has_threads
};

// What the command line adds to a scenario.
struct PlanRequest {
  std::vector<std::string> mechanisms;  // of a scenario on several subjects only these; empty means all
  std::vector<std::string> variants;    // only these; judged on their own merits: expected to pass
  std::vector<std::string> points;      // replace where the faults strike: POINT, POINT#N or POINT#every
  std::string action;                   // replaces what they do
  std::string subject;                  // a program that plays every role of the scenario's subject
  std::vector<std::string> subject_args;
  RoleCommands roles;  // programs that play these roles; one word alone gets the scenario's arguments
  std::string over;    // an address: the subject that meets at such ones, and there
  uint64_t seed = 1;
  int repeat = 1;
  bool explored = false;           // judged by what the scenario says must hold under any fault
  bool every_instruction = false;  // instead of its faults: a survey of its region (run/instruction_lines.h)
  std::string region;              // of that, FROM..TO; "" the scenario's own
  std::vector<std::string> victims;  // of that: roles or instances; empty: whom the scenario says, or all
};

// Adds the scenario's cases to the plan. Errors (usage): an unknown variant, probe, system call, action,
// checker; a program that cannot run, or that is built for another machine than the target's. Nothing is
// guessed: what a scenario names must exist.
Status add_to_plan(Plan& plan, const Scenario& scenario, const std::vector<PlannedTarget>& targets,
                   const PlanRequest& request);

}  // namespace harness
