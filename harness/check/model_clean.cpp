// model_clean: in no execution that a model program went through was there a data race, a deadlock, or
// something that does not hold. For cases of mode `model`; of others it says nothing.
#include <fmt/format.h>

#include "check/checker.h"
#include "check/explored.h"
#include "check/findings.h"

namespace harness {
namespace {

std::string command_of(const Case& plan) {
  std::string words;
  for (const RoleInstance& role : plan.roles) {
    for (const std::string& word : role.command) words += (words.empty() ? "" : " ") + word;
  }
  return words;
}

std::string sentence(const Explored& found) {
  return found.kind == "violated" ? "violated: " + found.message : found.message;
}

class ModelClean : public Checker {
 public:
  std::string_view id() const override { return "model_clean"; }
  std::string_view summary() const override {
    return "no execution of a template's model has a data race, a deadlock or a violated requirement";
  }

  std::string_view mode() const override { return "model"; }

  std::vector<Finding> check(const Case& plan, const History& history, const nlohmann::json&) const override {
    if (plan.mode != mode()) return {};
    const auto found = explored_in(history);
    if (!found) return {nothing_said(history)};
    if (!found->kind.empty())
      return {failure(fmt::format("{}, in execution {}; its trace: {} --choices '{}'", sentence(*found),
                                  found->executions, command_of(plan), found->choices),
                      found->evidence.empty() ? std::vector<int>{found->event} : found->evidence)};
    if (found->endless > 0)
      return {
          inconclusive(fmt::format("{} executions were given up in a loop that is no wait", found->endless),
                       {found->event})};
    if (!found->complete)
      return {
          inconclusive(fmt::format("the exploration was cut short after {} executions", found->executions),
                       {found->event})};
    if (found->executions == 0) return {inconclusive("no execution was explored", {found->event})};
    return {};
  }

 private:
  static Finding nothing_said(const History& history) {
    for (const Event& event : history) {
      if (event.kind == EventKind::deadline)
        return inconclusive("the exploration did not end before the deadline", {event.index});
      if (event.kind == EventKind::ended && event.name == "signal")
        return inconclusive(
            fmt::format("the model program ended by signal {}", event.data.value("signal", 0)),
            {event.index});
    }
    return inconclusive("the model program said nothing of its exploration");
  }
};

const Registration<Checker> registration{std::make_unique<ModelClean>()};

}  // namespace
}  // namespace harness
