#include "model/program.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <nlohmann/json.hpp>

namespace harness::model {

namespace {

// More than any shipped program needs.
constexpr uint64_t kMostExecutions = 20'000'000;

struct Wanted {
  std::string exploration;
  std::optional<std::string> choices;
  uint64_t most = kMostExecutions;
};

bool read_wanted(int argc, char** argv, Wanted& wanted) {
  if (const char* most = std::getenv("HARNESS_MODEL_MOST")) wanted.most = std::strtoull(most, nullptr, 10);
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i];
    const std::string value = argv[i + 1];
    if (key == "--explore") {
      wanted.exploration = value;
    } else if (key == "--choices") {
      wanted.choices = value;
    } else if (key == "--most") {
      wanted.most = std::strtoull(value.c_str(), nullptr, 10);
    } else {
      return false;
    }
  }
  return argc % 2 == 1 && !wanted.exploration.empty() && wanted.most > 0;
}

int refuse(const std::vector<Exploration>& explorations) {
  std::string names;
  for (const Exploration& one : explorations) names += (names.empty() ? "" : "|") + one.name;
  std::fprintf(stderr, "usage: --explore %s [--most N] [--choices STRING]\n", names.c_str());
  return 2;
}

// "data race: …" → data race; "deadlock: …" → deadlock; all else is what a program requires.
std::string kind_of(const std::string& error) {
  for (const char* kind : {"data race", "deadlock"}) {
    if (error.starts_with(std::string(kind) + ":")) return kind;
  }
  return "violated";
}

nlohmann::json steps_json(const Outcome& outcome) {
  nlohmann::json steps = nlohmann::json::array();
  for (const TracedStep& step : outcome.steps) {
    nlohmann::json one = {{"thread", outcome.threads[static_cast<size_t>(step.thread)]},
                          {"kind", step.kind},
                          {"text", step.text}};
    if (!step.place.empty()) one["place"] = step.place;
    if (!step.order.empty()) one["order"] = step.order;
    if (step.kind != "fence" && step.kind != "waits") one["value"] = step.value;
    if (step.from != TracedStep::kNoStep) one["from"] = step.from;
    if (step.newer > 0) one["newer"] = step.newer;
    steps.push_back(std::move(one));
  }
  return steps;
}

int run_again(const Exploration& exploration, const std::string& choices) {
  Limits limits = exploration.limits;
  limits.replay = choices;
  limits.most_executions = 1;
  const Outcome outcome = explore(limits, exploration.body);
  std::printf("%s\n%s", outcome.error.empty() ? "nothing is wrong in this execution" : outcome.error.c_str(),
              outcome.trace.c_str());
  return 0;
}

}  // namespace

std::string to_json(const Exploration& exploration, const Outcome& outcome, double seconds) {
  nlohmann::json bound = nlohmann::json::object();
  for (const auto& [name, count] : exploration.bound) bound[name] = count;
  if (exploration.limits.crashes > 0) bound["deaths"] = exploration.limits.crashes;
  nlohmann::json told = {{"exploration", exploration.name},
                         {"bound", bound},
                         {"executions", outcome.executions},
                         {"states", outcome.states},
                         {"cut", outcome.cut},
                         {"forbidden", outcome.forbidden},
                         {"endless", outcome.endless},
                         {"complete", outcome.exhausted && outcome.endless == 0},
                         {"seconds", seconds}};
  if (!outcome.error.empty())
    told["failure"] = {{"kind", kind_of(outcome.error)},
                       {"message", outcome.error},
                       {"choices", outcome.choices},
                       {"evidence", outcome.evidence},
                       {"steps", steps_json(outcome)}};
  return nlohmann::json({{"model", told}}).dump();
}

int run_explorations(int argc, char** argv, const std::vector<Exploration>& explorations) {
  Wanted wanted;
  if (!read_wanted(argc, argv, wanted)) return refuse(explorations);
  const auto found = std::find_if(explorations.begin(), explorations.end(),
                                  [&](const Exploration& one) { return one.name == wanted.exploration; });
  if (found == explorations.end()) return refuse(explorations);
  if (wanted.choices) return run_again(*found, *wanted.choices);
  Limits limits = found->limits;
  limits.most_executions = wanted.most;
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = explore(limits, found->body);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%s%s\n", outcome.trace.c_str(), to_json(*found, outcome, took.count()).c_str());
  return 0;
}

}  // namespace harness::model
