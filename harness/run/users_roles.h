// Programs of the user's own in roles of a scenario: `--role broker=./mine`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/scenario.h"
#include "run/planner.h"

namespace harness {

// What stands for them in a plan.
struct UsersRoles {
  std::string name;     // the programs' names: "a", "a+b"
  std::string program;  // of the subject, for the roles that they do not play; "" where there are none
};

// Errors (usage): a role that the scenario does not have; roles of a subject that nobody plays.
Result<UsersRoles> users_roles_of(const Scenario& scenario, const Catalogue& catalogue,
                                  const PlanRequest& request);

// A whole command as the user wrote it; one word gets the arguments of the command that the scenario has, or
// of the role and the subject.
Result<std::vector<std::string>> users_command(std::vector<std::string> words, const Role& role,
                                               const std::vector<std::string>& command,
                                               const std::vector<std::string>& subject_args);

}  // namespace harness
