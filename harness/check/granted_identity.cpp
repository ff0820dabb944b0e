// granted_identity: whoever a server grants a request to is the user that asked, and an honest user is
// granted what it asks for.
#include <fmt/format.h>

#include <map>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

// Of an event "asks_as": request, the sender's user, its user at connect, the user that it claims to be.
bool is_honest(const Event& asks) { return asks.value(1) == asks.value(2) && asks.value(1) == asks.value(3); }

void judge_answer(const Event& asks, const Event& answer, Findings& findings) {
  const std::vector<int> both = {asks.index, answer.index};
  const bool is_granted = answer.name == "granted";
  if (is_granted && answer.value(1) != asks.value(1)) {
    findings.push_back(
        failure(fmt::format("{} granted request {} to user {}, but it was user {} that sent it", answer.role,
                            answer.value(0), answer.value(1), asks.value(1)),
                both));
  }
  if (is_granted || !is_honest(asks)) return;
  findings.push_back(failure(fmt::format("{} refused request {} of user {}, who neither lied nor changed",
                                         answer.role, answer.value(0), asks.value(1)),
                             both));
}

class GrantedIdentity : public Checker {
 public:
  std::string_view id() const override { return "granted_identity"; }
  std::string_view summary() const override {
    return "a request is granted to the user that sent it, and an honest one is granted";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    std::map<int64_t, const Event*> asked;
    Findings findings;
    bool is_any_answered = false;
    for (const Event& event : history) {
      if (event.index >= clean_up_begins(history)) break;
      if (event.kind != EventKind::observed) continue;
      if (event.name == "asks_as") asked[event.value(0)] = &event;
      const bool is_answer = event.name == "granted" || event.name == "refused";
      if (!is_answer || asked.count(event.value(0)) == 0) continue;
      is_any_answered = true;
      judge_answer(*asked[event.value(0)], event, findings);
    }
    if (!is_any_answered) return {nothing_to_judge("no request was granted or refused")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<GrantedIdentity>()};

}  // namespace
}  // namespace harness
