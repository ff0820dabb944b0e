// descriptor_delivery: each descriptor that was passed with an item is taken for that item, and none is lost.
#include <fmt/format.h>

#include <map>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;
using Taken = std::map<int64_t, const Event*>;  // by item

Taken taken_items(const History& history, Findings& findings) {
  Taken taken;
  for (const Event& event : history) {
    if (event.index >= clean_up_begins(history)) break;
    if (event.kind != EventKind::observed || event.name != "took") continue;
    const auto [before, is_first] = taken.emplace(event.value(0), &event);
    if (is_first) continue;
    findings.push_back(failure(fmt::format("{} took two descriptors for item {}", event.role, event.value(0)),
                               {before->second->index, event.index}));
  }
  return taken;
}

void judge_pass(const Operation& pass, const Taken& taken, Findings& findings) {
  if (!pass.is_ok()) return;
  const auto found = taken.find(pass.object());
  if (found == taken.end()) {
    findings.push_back(failure(fmt::format("{} passed a descriptor for item {}, and nobody took it",
                                           pass.answer->role, pass.object()),
                               {pass.answer->index}));
    return;
  }
  const Event& took = *found->second;
  if (took.value(1) == pass.answer->value(1)) return;
  findings.push_back(
      failure(fmt::format("{} took file {} for item {}, but {} passed file {} with it", took.role,
                          took.value(1), pass.object(), pass.answer->role, pass.answer->value(1)),
              {pass.answer->index, took.index}));
}

class DescriptorDelivery : public Checker {
 public:
  std::string_view id() const override { return "descriptor_delivery"; }
  std::string_view summary() const override {
    return "each descriptor that was passed with an item is taken for that item, and none is lost";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    Findings findings;
    Taken taken = taken_items(history, findings);
    const std::vector<Operation> passes = operations(history, "pass");
    for (const Operation& pass : passes) judge_pass(pass, taken, findings);
    for (const Operation& pass : passes) taken.erase(pass.object());
    for (const auto& [item, event] : taken) {
      findings.push_back(failure(
          fmt::format("{} took a descriptor for item {}, with which none was passed", event->role, item),
          {event->index}));
    }
    if (passes.empty() && findings.empty()) return {nothing_to_judge("no descriptor was passed")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<DescriptorDelivery>()};

}  // namespace
}  // namespace harness
