#include "run/users_roles.h"

#include <algorithm>
#include <filesystem>

#include "base/suggest.h"
#include "os/program.h"
#include "run/several_subjects.h"

namespace harness {

Result<UsersRoles> users_roles_of(const Scenario& scenario, const Catalogue& catalogue,
                                  const PlanRequest& request) {
  const auto wrong = [&](const std::string& what) {
    return usage_error("scenario " + scenario.name + ": " + what);
  };
  std::vector<std::string> known;
  for (const Role& role : scenario.roles) known.push_back(role.name);
  UsersRoles users;
  for (const auto& [role, words] : request.roles) {
    if (std::count(known.begin(), known.end(), role) == 0) return wrong(not_found("role", role, known));
    const std::string name = std::filesystem::path(words.front()).filename().string();
    users.name += (users.name.empty() ? "" : "+") + name;
  }
  if (scenario.subject.empty() || request.roles.size() == known.size()) return users;
  if (request.variants.size() != 1)
    return wrong("say by --variant whose program plays the roles that --role does not name");
  const std::string wanted = bare_variant(request.variants.front());
  ASSIGN_OR_RETURN(const std::vector<Variant> built, catalogue.variants(scenario.subject));
  std::vector<std::string> names;
  for (const Variant& variant : built) {
    names.push_back(variant.name);
    if (variant.name == wanted) users.program = variant.program;
  }
  if (users.program.empty()) return wrong(not_found("variant", wanted, names));
  return users;
}

Result<std::vector<std::string>> users_command(std::vector<std::string> words, const Role& role,
                                               const std::vector<std::string>& command,
                                               const std::vector<std::string>& subject_args) {
  ASSIGN_OR_RETURN(const std::string program, find_program(words.front(), ""));
  words.front() = std::filesystem::absolute(program).lexically_normal().string();
  if (words.size() > 1) return words;
  if (!command.empty()) {
    words.insert(words.end(), command.begin() + 1, command.end());
    return words;
  }
  words.insert(words.end(), role.args.begin(), role.args.end());
  words.insert(words.end(), subject_args.begin(), subject_args.end());
  return words;
}

}  // namespace harness
