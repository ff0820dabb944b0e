// lent_descriptors: who lends a descriptor finds its offset and its flags as they were: both are shared with
// whoever has it too (SCM_RIGHTS in unix(7)).
#include <fmt/format.h>

#include <map>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

// Of an event "lent" or "returned": item, offset, O_NONBLOCK or 0.
void judge_return(const Event& lent, const Event& returned, Findings& findings) {
  const std::vector<int> both = {lent.index, returned.index};
  if (lent.value(1) != returned.value(1)) {
    findings.push_back(
        failure(fmt::format("the offset of {}'s descriptor {} was {} when it was lent and is {} afterwards",
                            returned.role, returned.value(0), lent.value(1), returned.value(1)),
                both));
  }
  if (lent.value(2) == returned.value(2)) return;
  findings.push_back(
      failure(fmt::format("{}'s descriptor {} {} O_NONBLOCK when it was lent, and {} it afterwards",
                          returned.role, returned.value(0), lent.value(2) != 0 ? "had" : "did not have",
                          returned.value(2) != 0 ? "has" : "does not have"),
              both));
}

class LentDescriptors : public Checker {
 public:
  std::string_view id() const override { return "lent_descriptors"; }
  std::string_view summary() const override {
    return "who lends a descriptor finds its offset and its flags as they were";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    std::map<int64_t, const Event*> lent;
    Findings findings;
    bool is_any_back = false;
    for (const Event& event : history) {
      if (event.index >= clean_up_begins(history)) break;
      if (event.kind != EventKind::observed) continue;
      if (event.name == "lent") lent[event.value(0)] = &event;
      if (event.name != "returned" || lent.count(event.value(0)) == 0) continue;
      is_any_back = true;
      judge_return(*lent[event.value(0)], event, findings);
    }
    if (!is_any_back) return {nothing_to_judge("no descriptor was lent and came back")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<LentDescriptors>()};

}  // namespace
}  // namespace harness
