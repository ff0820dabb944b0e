#include "check/explored.h"

#include <algorithm>

namespace harness {
namespace {

std::vector<int> events_of(const std::vector<int>& steps, const History& history) {
  std::vector<int> events;
  for (const Event& event : history) {
    if (!is_step(event)) continue;
    const int number = event.data.value("step", -1);
    if (std::count(steps.begin(), steps.end(), number) != 0) events.push_back(event.index);
  }
  return events;
}

}  // namespace

bool is_step(const Event& event) { return event.kind == EventKind::note && event.name == "step"; }

std::optional<Explored> explored_in(const History& history) {
  for (const Event& event : history) {
    if (event.kind != EventKind::output || event.name != "stdout") continue;
    const std::string text = event.data.value("text", "");
    const size_t begin = text.rfind("{\"model\":");
    if (begin == std::string::npos) continue;
    const auto told = nlohmann::json::parse(text.substr(begin), nullptr, false);
    if (told.is_discarded()) continue;
    const auto& model = told.at("model");
    Explored explored{.exploration = model.value("exploration", ""),
                      .bound = model.value("bound", nlohmann::json::object()),
                      .executions = model.value("executions", uint64_t{0}),
                      .states = model.value("states", uint64_t{0}),
                      .endless = model.value("endless", uint64_t{0}),
                      .complete = model.value("complete", false),
                      .event = event.index};
    if (const auto failure = model.find("failure"); failure != model.end()) {
      explored.kind = failure->value("kind", "violated");
      explored.message = failure->value("message", "");
      explored.choices = failure->value("choices", "");
      explored.evidence = events_of(failure->value("evidence", std::vector<int>()), history);
    }
    return explored;
  }
  return std::nullopt;
}

std::string explored_words(const Explored& explored) {
  return "explored " + std::to_string(explored.executions) + " executions with " +
         std::to_string(explored.states) + " states at their end, " +
         (explored.complete ? "all up to " : "not all up to ") + bound_words(explored.bound);
}

std::string bound_words(const nlohmann::json& bound) {
  std::string words;
  for (const auto& [name, count] : bound.items())
    words += (words.empty() ? "" : ", ") + count.dump() + " " + name;
  return words;
}

}  // namespace harness
