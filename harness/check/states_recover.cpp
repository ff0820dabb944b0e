// states_recover: after a death at any instruction of a region its locks are free, or say that their owner
// died. For cases of mode `sweep`, whose history is what a sweep came to (EventKind::swept); of others it
// says nothing.
#include <fmt/format.h>

#include "check/checker.h"
#include "check/findings.h"

namespace harness {
namespace {

// The event's data are those of `harness sweep --json`.
const Event* swept_in(const History& history) {
  for (const Event& event : history) {
    if (event.kind == EventKind::swept) return &event;
  }
  return nullptr;
}

bool is_lost(const nlohmann::json& window) {
  const std::string outcome = window.value("outcome", "");
  return outcome == "orphaned" || outcome == "unusable";
}

std::string in_words(const nlohmann::json& window) {
  const uint64_t first = window.value("first", uint64_t{0});
  const uint64_t last = window.value("last", uint64_t{0});
  const std::string states =
      first == last ? fmt::format("state {}", first) : fmt::format("states {}..{}", first, last);
  return fmt::format("after a death in {}, from {} on, the lock is {}: nobody will ever get it", states,
                     window.value("code", "?"), window.value("outcome", "?"));
}

class StatesRecover : public Checker {
 public:
  std::string_view id() const override { return "states_recover"; }
  std::string_view summary() const override {
    return "after a death at any instruction of a region its locks are free or say that their owner died";
  }

  std::string_view mode() const override { return "sweep"; }

  std::vector<Finding> check(const Case& plan, const History& history, const nlohmann::json&) const override {
    if (plan.mode != mode()) return {};
    const Event* const swept = swept_in(history);
    if (swept == nullptr) return {inconclusive("the sweep said nothing")};
    std::vector<Finding> findings;
    for (const auto& window : swept->data.value("windows", nlohmann::json::array())) {
      if (is_lost(window)) findings.push_back(failure(in_words(window), {swept->index}));
    }
    const bool is_clear = swept->data.value("verdict", "") != "inconclusive";
    if (is_clear) return findings;
    for (const auto& reason : swept->data.value("reasons", std::vector<std::string>()))
      findings.push_back(inconclusive(reason, {swept->index}));
    if (findings.empty()) findings.push_back(inconclusive("the sweep came to nothing", {swept->index}));
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<StatesRecover>()};

}  // namespace
}  // namespace harness
