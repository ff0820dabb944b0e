#include "run/model_mode.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "os/program.h"
#include "run/mode.h"

namespace harness {
namespace {

// An exploration is cut short by a number of executions, which is the same on every machine; this is for one
// that never ends.
constexpr int kDeadlineMs = 120'000;

constexpr const char* kExplorations[] = {"all-executions", "deaths", "reordered-deaths"};

// Beside the program that plays the first role, or "".
std::string model_program_of(const Case& one) {
  const std::filesystem::path played = one.roles.front().command.front();
  const std::filesystem::path model = played.parent_path().parent_path() / "model" / played.filename();
  return std::filesystem::is_regular_file(model) ? model.string() : "";
}

// What the scenario says of this very target, or what follows from what it says of all.
Expectation expected_of_model(const Case& one) {
  const bool is_said =
      one.expected.outcome == Expectation::Outcome::not_shown && one.expected.target == one.target;
  return is_said ? one.expected
                 : expected_in_mode(one, "model_clean",
                                    "its scenario says nothing of what the model shows of it");
}

Case as_exploration(const Case& one, const std::string& program, const std::string& exploration) {
  Case made{.id = id_of(one, exploration),
            .scenario = one.scenario,
            .mechanism = one.mechanism,
            .target = one.target,
            .variant = one.variant,
            .mutant = one.mutant,
            .mode = kModelMode,
            .seed = one.seed,
            .repeat = one.repeat,
            .expected = expected_of_model(one),
            .deadline_ms = kDeadlineMs};
  made.roles = {{.name = kModelMode, .command = {program, "--explore", exploration}}};
  made.checkers = {{.name = "model_clean"}};
  return made;
}

// The cases of one variant; none when it has no model program.
std::vector<Case> explorations_of(const Case& one) {
  const std::string program = model_program_of(one);
  if (program.empty()) return {};
  std::vector<Case> cases;
  const auto inspected = inspect_program(program);
  for (const char* exploration : kExplorations) {
    const bool has_it =
        inspected && std::count(inspected->modes.begin(), inspected->modes.end(), exploration) != 0;
    if (has_it) cases.push_back(as_exploration(one, program, exploration));
  }
  return cases;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void note_what_is_left_out(Plan& plan, const std::string& scenario, const std::string& target,
                           const std::vector<std::string>& variants, bool is_all) {
  if (variants.empty()) return;
  plan.notes.push_back(scenario + " on " + target + ": " +
                       (is_all ? "skipped: none of its variants has a model program"
                               : "without a model program: " + joined(variants)));
}

Event event_of_step(const Event& output, size_t number, nlohmann::json step) {
  Event event{.time_ns = output.time_ns + static_cast<int64_t>(number) + 1,
              .role = step.value("thread", ""),
              .pid = output.pid,
              .tid = output.pid,
              .kind = EventKind::note,
              .name = "step"};
  step.erase("thread");
  step["step"] = number;
  event.data = std::move(step);
  return event;
}

}  // namespace

void tell_steps(History& history) {
  const size_t count = history.size();
  for (size_t i = 0; i < count; ++i) {
    if (history[i].kind != EventKind::output || history[i].name != "stdout") continue;
    std::string text = history[i].data.value("text", "");
    const size_t line = text.rfind("{\"model\":");
    if (line == std::string::npos) continue;
    nlohmann::json told = nlohmann::json::parse(text.substr(line), nullptr, false);
    if (told.is_discarded() || !told["model"].contains("failure")) continue;
    nlohmann::json& failure = told["model"]["failure"];
    const nlohmann::json steps = failure.value("steps", nlohmann::json::array());
    failure.erase("steps");
    history[i].data["text"] = text.substr(0, line) + told.dump() + "\n";
    for (size_t k = 0; k < steps.size(); ++k) history.push_back(event_of_step(history[i], k, steps[k]));
  }
}

void put_models_in_place(Plan& plan, const std::string& target) {
  std::vector<Case> cases;
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<std::string> scenarios;
  std::map<std::string, std::vector<std::string>> left_out;
  std::set<std::string> explored;
  for (const Case& one : plan.cases) {
    if (one.target != target) {
      cases.push_back(one);
      continue;
    }
    if (!seen.insert({one.scenario, one.variant}).second) continue;
    if (std::count(scenarios.begin(), scenarios.end(), one.scenario) == 0) scenarios.push_back(one.scenario);
    const std::vector<Case> found = explorations_of(one);
    cases.insert(cases.end(), found.begin(), found.end());
    if (found.empty()) left_out[one.scenario].push_back(one.variant);
    if (!found.empty()) explored.insert(one.scenario);
  }
  plan.cases = std::move(cases);
  for (const std::string& scenario : scenarios)
    note_what_is_left_out(plan, scenario, target, left_out[scenario], explored.count(scenario) == 0);
}

}  // namespace harness
