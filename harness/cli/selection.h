// Selection: the options that say what is to be run; shared by run, plan and explore.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "core/case.h"
#include "run/catalogue.h"
#include "run/planner.h"

namespace harness {

struct Selection {
  std::vector<std::string> scenarios;  // names, globs, paths
  bool all = false;
  std::vector<std::string> mechanisms;
  std::vector<std::string> tags;
  std::vector<std::string> targets = {"native"};
  PlanRequest request;
  std::vector<std::string> roles;  // ROLE=COMMAND, for request.roles
  std::vector<std::string> cases;  // only these cases of the plan: ids or globs; empty means all

  void add_options(CLI::App& app);

  // Everything that is selected, planned. Errors: usage.
  Result<Plan> plan(const Catalogue& catalogue) const;

  // The same case for another target. Errors: usage, also where the program is built for one target alone.
  Result<Case> elsewhere(const Case& planned, const std::string& target) const;

  // True when a case's id is enough to plan it again: a shipped scenario, with nothing replaced.
  bool is_plain() const;

 private:
  Result<std::vector<PlannedTarget>> planned_targets() const;
  Status check_for_models(const std::string& target) const;
  Result<RoleCommands> role_commands() const;
  Status keep_chosen_cases(Plan& plan) const;
  Result<std::vector<Scenario>> chosen(const Catalogue& catalogue) const;
};

// For CLI11, which takes the largest number for one that is too large: "" where the text is a seed.
std::string what_is_wrong_with_seed(const std::string& text);

}  // namespace harness
