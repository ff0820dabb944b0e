#include "cli/selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/run_folder.h"
#include "core/scenario.h"
#include "run/known_in_plan.h"
#include "run/model_mode.h"
#include "run/scenario_file.h"
#include "run/sweep.h"
#include "target/target.h"

namespace harness {
namespace {

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const Target* target : Targets::instance().all()) names.emplace_back(target->id());
  return names;
}

bool share_a_word(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const std::string& word) { return std::count(b.begin(), b.end(), word) != 0; });
}

}  // namespace

std::string what_is_wrong_with_seed(const std::string& text) {
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  const bool is_one = error == std::errc{} && end == text.data() + text.size();
  return is_one ? "" : "\"" + text + "\" is no seed; write a number from 0 to " + std::to_string(UINT64_MAX);
}

void Selection::add_options(CLI::App& app) {
  app.add_option("scenario", scenarios, "names, globs such as 'crash-*', or paths of scenario.yaml files");
  app.add_flag("--all", all, "every shipped scenario");
  // One value each, so that what follows is not swallowed; an option may be repeated.
  const auto one_each = [](CLI::Option* option) { option->allow_extra_args(false)->delimiter(','); };
  one_each(app.add_option("--mechanism", mechanisms, "every scenario of this mechanism"));
  one_each(app.add_option("--tag", tags, "every scenario with this tag"));
  one_each(app.add_option("--target", targets, "where to run (default: native); several are compared"));
  one_each(app.add_option("--variant", request.variants,
                          "only this variant, judged as if it were your program: it must pass"));
  one_each(
      app.add_option("--at", request.points,
                     "strike here instead: probe:NAME, syscall:NAME/enter, syscall:NAME/exit, ending, or at "
                     "each instruction of insn:FROM..TO, which are probes; #N for the Nth arrival"));
  app.add_option("--do", request.action,
                 "do this instead: kill, stop, signal:USR1, fail:EIO (harness list actions)");
  app.add_option("--subject", request.subject,
                 "your own program in every role of the scenario's subject; its arguments after --");
  app.add_option("--role", roles,
                 "your own program in one role, ROLE=PROGRAM, started as the scenario's would be; or a whole "
                 "command, ROLE='PROGRAM ARGS'")
      ->allow_extra_args(false);
  app.add_option("--case", cases, "only this case of the plan: its id, or a glob over ids")
      ->allow_extra_args(false);
  app.add_option("--over", request.over,
                 "where the roles meet, and so which subject: unix://PATH, unix://@NAME or tcp://HOST:PORT");
  app.add_option("--seed", request.seed, "for everything that is drawn by chance")
      ->capture_default_str()
      ->check(what_is_wrong_with_seed, "");
  app.add_option("--repeat", request.repeat, "run each case so many times, with seeds that follow")
      ->check(CLI::Range(1, 1'000'000));
}

bool Selection::is_plain() const {
  const std::vector<std::string> shipped = Catalogue::find().scenario_names();
  const bool has_path = std::any_of(scenarios.begin(), scenarios.end(), [&](const std::string& name) {
    return name.find_first_of("*?[") == std::string::npos &&
           std::count(shipped.begin(), shipped.end(), name) == 0;
  });
  const bool is_replaced = !request.subject.empty() || !request.points.empty() || !request.action.empty();
  return !has_path && !is_replaced && request.over.empty() && roles.empty();
}

Result<std::vector<Scenario>> Selection::chosen(const Catalogue& catalogue) const {
  std::vector<Scenario> found;
  const auto add = [&](const std::string& name) -> Status {
    ASSIGN_OR_RETURN(const std::string file, catalogue.scenario_file(name));
    ASSIGN_OR_RETURN(Scenario scenario, read_scenario(file));
    const auto known =
        std::find_if(found.begin(), found.end(), [&](const Scenario& s) { return s.name == scenario.name; });
    if (known == found.end()) {
      found.push_back(std::move(scenario));
    } else if (!std::filesystem::equivalent(known->file, scenario.file)) {
      return usage_error("two scenarios are called " + scenario.name + ", and so would their cases be: " +
                         known->file + " and " + scenario.file + "; run them one by one, or rename one");
    }
    return done();
  };
  for (const std::string& pattern : scenarios) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, catalogue.expand(pattern));
    for (const std::string& name : names) TRY(add(name));
  }
  if (!all && mechanisms.empty() && tags.empty()) return found;
  for (const std::string& mechanism : mechanisms) {
    const auto& known = mechanism_ids();
    if (std::count(known.begin(), known.end(), mechanism) == 0)
      return usage_error(not_found("mechanism", mechanism, known));
  }
  std::vector<std::string> known_tags;
  for (const std::string& name : catalogue.scenario_names()) {
    ASSIGN_OR_RETURN(const std::string file, catalogue.scenario_file(name));
    ASSIGN_OR_RETURN(const Scenario scenario, read_scenario(file));
    known_tags.insert(known_tags.end(), scenario.tags.begin(), scenario.tags.end());
    const bool is_of_mechanism = std::count(mechanisms.begin(), mechanisms.end(), scenario.mechanism) != 0 ||
                                 share_a_word(mechanisms, scenario.subjects);
    const bool is_wanted = all || is_of_mechanism || share_a_word(tags, scenario.tags);
    if (is_wanted) TRY(add(name));
  }
  for (const std::string& tag : tags) {
    if (std::count(known_tags.begin(), known_tags.end(), tag) == 0) {
      std::sort(known_tags.begin(), known_tags.end());
      known_tags.erase(std::unique(known_tags.begin(), known_tags.end()), known_tags.end());
      return usage_error(not_found("tag", tag, known_tags));
    }
  }
  return found;
}

Result<std::vector<PlannedTarget>> Selection::planned_targets() const {
  std::vector<PlannedTarget> planned;
  for (const std::string& id : targets) {
    const Target* target = Targets::instance().find(id);
    if (target == nullptr) return usage_error(not_found("target", id, target_names()));
    const bool is_known =
        std::any_of(planned.begin(), planned.end(), [&](const PlannedTarget& one) { return one.id == id; });
    if (is_known) continue;
    planned.push_back({.id = id,
                       .catalogue = Catalogue::find(target->build(), target->made_by()),
                       .architecture = target->architecture(),
                       .environment = target->environment(),
                       .has_threads = target->has_threads()});
  }
  return planned;
}

Result<Plan> Selection::plan(const Catalogue& catalogue) const {
  if (!own_arguments().empty() && request.subject.empty()) {
    return usage_error("arguments after -- are for a program of yours; name it with --subject");
  }
  ASSIGN_OR_RETURN(const std::vector<PlannedTarget> where, planned_targets());
  for (const PlannedTarget& target : where) TRY(check_for_models(target.id));
  ASSIGN_OR_RETURN(const std::vector<Scenario> scenarios_chosen, chosen(catalogue));
  if (scenarios_chosen.empty()) {
    return usage_error(
        "nothing is selected; name a scenario (harness list shows them), or use --all, --mechanism or --tag");
  }
  Plan plan{.seed = request.seed};
  PlanRequest full = request;
  full.subject_args = own_arguments();
  full.mechanisms = mechanisms;
  ASSIGN_OR_RETURN(full.roles, role_commands());
  for (const Scenario& scenario : scenarios_chosen) TRY(add_to_plan(plan, scenario, where, full));
  for (const PlannedTarget& target : where) {
    if (Targets::instance().find(target.id)->explores_models()) put_models_in_place(plan, target.id);
  }
  TRY(keep_chosen_cases(plan));
  settle_known_reports(plan, now_iso().substr(0, 10));
  return plan;
}

// What explores all executions has no faults, and no programs but its own.
Status Selection::check_for_models(const std::string& target) const {
  if (!Targets::instance().find(target)->explores_models()) return done();
  if (request.explored)
    return usage_error("target " + target + " goes through all executions as it is: harness run --target " +
                       target);
  if (!request.points.empty() || !request.action.empty() || !request.subject.empty() || !roles.empty())
    return usage_error(
        "target " + target +
        " has no faults and runs model programs alone; leave out --at, --do, --subject and --role");
  return done();
}

Result<RoleCommands> Selection::role_commands() const {
  RoleCommands commands;
  if (!roles.empty() && !request.subject.empty())
    return usage_error("--subject is one program for all roles; leave it out, or --role");
  for (const std::string& text : roles) {
    const size_t equals = text.find('=');
    const std::string role = text.substr(0, equals);
    std::vector<std::string> words;
    if (equals != std::string::npos) words = CLI::detail::split_up(text.substr(equals + 1));
    if (role.empty() || words.empty())
      return usage_error("--role \"" + text + "\": write ROLE=PROGRAM, or ROLE='PROGRAM ARGS'");
    if (!commands.emplace(role, std::move(words)).second)
      return usage_error("--role names " + role + " twice");
  }
  return commands;
}

// An id may be one of a sweep, whose cases are not known before it runs.
Status Selection::keep_chosen_cases(Plan& plan) const {
  if (cases.empty()) return done();
  std::vector<std::string> known;
  for (const Case& one : plan.cases) known.push_back(one.id);
  std::set<std::string> chosen;
  std::vector<Case> of_sweeps;
  for (const std::string& wanted : cases) {
    bool is_there = false;
    for (const std::string& id : known) {
      if (id != wanted && ::fnmatch(wanted.c_str(), id.c_str(), 0) != 0) continue;
      chosen.insert(id);
      is_there = true;
    }
    if (is_there) continue;
    auto one = find_case(plan.cases, wanted);
    if (!one) return usage_error(not_found("case", wanted, known));
    of_sweeps.push_back(std::move(*one));
  }
  std::erase_if(plan.cases, [&](const Case& one) { return chosen.count(one.id) == 0; });
  for (Case& one : of_sweeps) plan.cases.push_back(std::move(one));
  return done();
}

Result<Case> Selection::elsewhere(const Case& planned, const std::string& target) const {
  Selection other = *this;
  other.targets = {target};
  other.cases.clear();
  ASSIGN_OR_RETURN(const Plan plan, other.plan(Catalogue::find()));
  const std::string prefix = planned.scenario + "/";
  const std::string id = prefix + target + planned.id.substr(prefix.size() + planned.target.size());
  if (auto one = find_case(plan.cases, id)) return *one;
  return usage_error("there is no case " + id);
}

}  // namespace harness
