#include "check/explored.h"

namespace harness {

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
                      .endless = model.value("endless", uint64_t{0}),
                      .complete = model.value("complete", false),
                      .event = event.index};
    if (const auto failure = model.find("failure"); failure != model.end()) {
      explored.kind = failure->value("kind", "violated");
      explored.message = failure->value("message", "");
      explored.choices = failure->value("choices", "");
    }
    return explored;
  }
  return std::nullopt;
}

std::string bound_words(const nlohmann::json& bound) {
  std::string words;
  for (const auto& [name, count] : bound.items())
    words += (words.empty() ? "" : ", ") + count.dump() + " " + name;
  return words;
}

}  // namespace harness
