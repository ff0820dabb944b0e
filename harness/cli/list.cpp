// harness list: what exists here.
#include <fmt/format.h>

#include <cstdio>

#include "base/suggest.h"
#include "check/checker.h"
#include "cli/command.h"
#include "inject/injector.h"
#include "report/format.h"
#include "run/catalogue.h"
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
  }

  Result<int> run() override {
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
};

const CommandRegistration registration{std::make_unique<ListCommand>()};

}  // namespace
}  // namespace harness
