// harness list: what exists here.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/suggest.h"
#include "check/checker.h"
#include "cli/command.h"
#include "inject/injector.h"
#include "report/format.h"
#include "run/catalogue.h"
#include "run/claims.h"
#include "run/scenario_file.h"
#include "target/target.h"

namespace harness {
namespace {

// One thing that can be named on a command line or in a scenario.
struct Entry {
  std::string name;
  std::string summary;
};

Result<std::vector<Entry>> scenarios() {
  const Catalogue catalogue = Catalogue::find();
  std::vector<Entry> entries;
  for (const std::string& name : catalogue.scenario_names()) {
    ASSIGN_OR_RETURN(const std::string file, catalogue.scenario_file(name));
    ASSIGN_OR_RETURN(const Scenario scenario, read_scenario(file));
    entries.push_back({name, scenario.summary});
  }
  return entries;
}

template <typename Part>
std::vector<Entry> registered() {
  std::vector<Entry> entries;
  for (const Part* part : Registry<Part>::instance().all()) {
    entries.push_back({std::string(part->id()), std::string(part->summary())});
  }
  return entries;
}

std::vector<Entry> actions() {
  std::vector<Entry> entries;
  for (const Injector* injector : Injectors::instance().all()) {
    for (const ActionKind& kind : injector->actions()) {
      entries.push_back({kind.form, kind.summary + " [" + std::string(injector->id()) + "]"});
    }
  }
  return entries;
}

Result<std::vector<Entry>> subjects() {
  const Catalogue catalogue = Catalogue::find();
  std::vector<Entry> entries;
  for (const std::string& subject : catalogue.subject_names()) {
    ASSIGN_OR_RETURN(const std::vector<Variant> variants, catalogue.variants(subject));
    std::string words;
    for (const Variant& variant : variants) {
      words += (words.empty() ? "" : ", ") + variant.name + (variant.mutant ? " (mutant)" : "");
    }
    entries.push_back({subject, words});
  }
  return entries;
}

class ListCommand : public Command {
 public:
  std::string_view id() const override { return "list"; }
  std::string_view summary() const override {
    return "what exists: scenarios (default), subjects, checkers, actions, targets, formats";
  }

  void add_options(CLI::App& app) override {
    app.add_option("what", what_, "scenarios, subjects, checkers, actions, targets or formats");
    app.add_flag("--json", json_, "as JSON");
    app.add_flag("--names", names_, "the names alone");
    app.add_flag("--coverage", coverage_, "which claims about IPC are shown, by which scenario and mutant");
  }

  Result<int> run() override {
    if (coverage_) return print_coverage();
    ASSIGN_OR_RETURN(const std::vector<Entry> entries, entries_of(what_));
    if (json_) {
      nlohmann::json json = nlohmann::json::array();
      for (const Entry& entry : entries) json.push_back({{"name", entry.name}, {"summary", entry.summary}});
      fmt::print("{}\n", json.dump(2));
      return kAsExpected;
    }
    size_t width = 0;
    for (const Entry& entry : entries) width = std::max(width, entry.name.size());
    for (const Entry& entry : entries) {
      if (names_) {
        fmt::print("{}\n", entry.name);
      } else {
        fmt::print("{:<{}}  {}\n", entry.name, width, entry.summary);
      }
    }
    return kAsExpected;
  }

 private:
  Result<int> print_coverage() const {
    ASSIGN_OR_RETURN(const std::vector<Claim> claims, read_claims(Catalogue::find()));
    if (json_) {
      nlohmann::json json = nlohmann::json::array();
      for (const Claim& claim : claims) {
        json.push_back({{"id", claim.id},
                        {"mechanism", claim.mechanism},
                        {"claim", claim.text},
                        {"scenarios", claim.scenarios},
                        {"mutants", claim.mutants},
                        {"not_shown", claim.not_shown},
                        {"open", claim.open}});
      }
      fmt::print("{}\n", json.dump(2));
      return kAsExpected;
    }
    for (const Claim& claim : claims) {
      const std::string shown_by = fmt::format("{}", fmt::join(claim.scenarios, ", "));
      const std::string why = claim.open.empty() ? "no scenario yet" : claim.open;
      fmt::print("{:<6} {:<20} {}\n", claim.id, claim.mechanism,
                 claim.is_covered() ? shown_by : "open: " + why);
      if (!claim.mutants.empty())
        fmt::print("{:<6} {:<20}   proved by {}\n", "", "", fmt::join(claim.mutants, ", "));
      if (!claim.not_shown.empty())
        fmt::print("{:<6} {:<20}   broken by {}, which does not show\n", "", "",
                   fmt::join(claim.not_shown, ", "));
    }
    const auto covered =
        std::count_if(claims.begin(), claims.end(), [](const Claim& claim) { return claim.is_covered(); });
    fmt::print("{} of {} claims are shown\n", covered, claims.size());
    return kAsExpected;
  }

  static Result<std::vector<Entry>> entries_of(const std::string& what) {
    if (what == "scenarios") return scenarios();
    if (what == "subjects") return subjects();
    if (what == "checkers") return registered<Checker>();
    if (what == "actions") return actions();
    if (what == "targets") return registered<Target>();
    if (what == "formats") return registered<ReportFormat>();
    return usage_error(
        not_found("kind", what, {"scenarios", "subjects", "checkers", "actions", "targets", "formats"}));
  }

  std::string what_ = "scenarios";
  bool json_ = false;
  bool names_ = false;
  bool coverage_ = false;
};

const CommandRegistration registration{std::make_unique<ListCommand>()};

}  // namespace
}  // namespace harness
