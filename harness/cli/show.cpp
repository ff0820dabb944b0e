// harness show: one scenario, explained.
#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"
#include "os/program.h"
#include "run/catalogue.h"
#include "run/scenario_file.h"
#include "run/several_subjects.h"

namespace harness {
namespace {

std::vector<std::string> subjects_of(const Scenario& scenario) {
  if (is_on_several(scenario)) return scenario.subjects;
  if (scenario.subject.empty()) return {};
  return {scenario.subject};
}

std::string mechanism_of(const Scenario& scenario) {
  if (!scenario.subjects.empty()) return fmt::format("{}", fmt::join(scenario.subjects, ", "));
  return scenario.mechanism.empty() ? "not named" : scenario.mechanism;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string role_words(const Role& role) {
  std::string text = joined(role.command.empty() ? role.args : role.command, " ");
  if (role.count > 1) text += fmt::format("  × {}", role.count);
  if (role.ready.point) text += "  ready at " + to_string(*role.ready.point);
  if (!role.ready.stdout_text.empty()) text += "  ready when it prints \"" + role.ready.stdout_text + "\"";
  if (!role.ready.path.empty()) text += "  ready when " + role.ready.path + " exists";
  if (role.ready.at_end) text += "  ready when it has ended";
  return text;
}

std::string line_words(const FaultLine& line) {
  std::string text = to_string(line.faults);
  if (line.last_arrival > 0)
    text += fmt::format("  arrivals {} to {}", line.faults.front().arrival, line.last_arrival);
  if (line.draw_up_to > 0) text += fmt::format("  arrival drawn from 1 to {}", line.draw_up_to);
  if (line.every > 0) text += fmt::format("  at every {}th arrival up to {}", line.every, line.up_to);
  if (!line.variants.empty()) text += "  only " + joined(line.variants, ", ");
  return text;
}

// Of one subject: of those of several, the scenario may speak of variants that this one does not have.
Status show_variants(const Scenario& scenario, const Catalogue& catalogue) {
  ASSIGN_OR_RETURN(const std::vector<Variant> variants, catalogue.variants(scenario.subject));
  std::vector<std::string> probes;
  fmt::print("variants of {}\n", scenario.subject);
  for (const auto& expected : scenario.expect) {
    const Expectation& expectation = expected.second;
    if (!is_about_subject(scenario, expected.first)) continue;
    const std::string name = bare_variant(expected.first);
    const auto variant =
        std::find_if(variants.begin(), variants.end(), [&](const Variant& v) { return v.name == name; });
    const bool is_built = variant != variants.end();
    if (!is_built && is_on_several(scenario)) continue;
    const bool is_own = scenario.variants.count(name) != 0 && !is_built;
    const std::string mistake = expectation.mistake.empty() ? "" : "  " + expectation.mistake;
    fmt::print("  {:<24} {}{}{}{}\n", name, to_string(expectation),
               is_built && variant->mutant ? "  (mutant)" : "", mistake,
               is_built || is_own ? "" : "  (not built)");
    if (!is_built) continue;
    if (const auto program = inspect_program(variant->program)) {
      for (const std::string& probe : program->probes) {
        if (std::count(probes.begin(), probes.end(), probe) == 0) probes.push_back(probe);
      }
    }
  }
  std::sort(probes.begin(), probes.end());
  if (!probes.empty()) fmt::print("probes\n  {}\n", joined(probes, "  "));
  return done();
}

class ShowCommand : public Command {
 public:
  std::string_view id() const override { return "show"; }
  std::string_view summary() const override {
    return "one scenario: roles, faults, checkers, variants, probes";
  }

  void add_options(CLI::App& app) override {
    app.add_option("scenario", name_, "a name or a path")->required();
  }

  Result<int> run() override {
    const Catalogue catalogue = Catalogue::find();
    ASSIGN_OR_RETURN(const std::string file, catalogue.scenario_file(name_));
    ASSIGN_OR_RETURN(const Scenario scenario, read_scenario(file));
    fmt::print("{}  {}\n{}\nmechanism {}\nroles\n", scenario.name, scenario.file, scenario.summary,
               mechanism_of(scenario));
    for (const Role& role : scenario.roles) fmt::print("  {:<12} {}\n", role.name, role_words(role));
    for (const auto& [variant, commands] : scenario.variants) {
      for (const auto& [role, words] : commands)
        fmt::print("  {:<12} {}  in variant {}\n", role, joined(words, " "), variant);
    }
    for (const auto& [program, package] : scenario.programs)
      fmt::print("needs {} (Debian: {})\n", program, package);
    fmt::print("faults\n");
    for (const FaultLine& line : scenario.faults) fmt::print("  {}\n", line_words(line));
    fmt::print("checkers\n ");
    for (const CheckerUse& use : scenario.checkers) fmt::print(" {}", use.name);
    fmt::print("\n");
    Scenario one = scenario;
    for (const std::string& subject : subjects_of(scenario)) {
      one.subject = subject;
      TRY(show_variants(one, catalogue));
    }
    return kAsExpected;
  }

 private:
  std::string name_;
};

const CommandRegistration registration{std::make_unique<ShowCommand>()};

}  // namespace
}  // namespace harness
