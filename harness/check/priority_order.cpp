// priority_order: whoever takes a message takes the most urgent that lies in the queue, and of equals the
// oldest.
#include <fmt/format.h>

#include "check/checker.h"
#include "check/findings.h"
#include "check/message.h"
#include "check/operations.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

// True when this message certainly lay in the queue while that receiver looked: it was accepted before the
// look, and nobody had received it.
bool lay_there(const Messages& messages, const Sending& sending, const Event& look, const Event& received) {
  if (!sending.is_acknowledged() || sending.answer->index > look.index) return false;
  const Event* taken = receipt_of(messages, sending.id());
  return taken != nullptr && taken->index > received.index;
}

// True when the one that waited should have come first.
bool goes_before(const Messages& messages, const Sending& waited, const Sending& came) {
  const int urgency = messages.urgency_of(waited.id());
  const int other = messages.urgency_of(came.id());
  if (urgency != other) return urgency > other;
  return came.is_acknowledged() && waited.answer->index < came.begin->index;
}

class PriorityOrder : public Checker {
 public:
  std::string_view id() const override { return "priority_order"; }
  std::string_view summary() const override {
    return "the most urgent message comes first, and of equals the oldest";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    const Messages messages = messages_of(history);
    Findings findings;
    int choices = 0;
    for (const Event* received : messages.streams.received) {
      const Sending* came = sending_of(messages.streams, received->value(0));
      const Event* look = look_before(messages, *received);
      if (!came || !look) continue;
      for (const Sending& waited : messages.streams.sendings) {
        if (!lay_there(messages, waited, *look, *received)) continue;
        choices += messages.urgency_of(waited.id()) != messages.urgency_of(came->id()) ? 1 : 0;
        if (goes_before(messages, waited, *came))
          findings.push_back(overtaken(messages, waited, *came, *received));
      }
      if (!findings.empty()) break;
    }
    if (findings.empty() && choices == 0)
      return {nothing_to_judge("no two messages of different urgency lay in the queue at once")};
    return unless_operations_lost(history, std::move(findings));
  }

 private:
  static Finding overtaken(const Messages& messages, const Sending& waited, const Sending& came,
                           const Event& received) {
    return failure(
        fmt::format("{} took message {} (urgency {}) while message {} (urgency {}) lay in the queue",
                    received.role, came.id(), messages.urgency_of(came.id()), waited.id(),
                    messages.urgency_of(waited.id())),
        {waited.answer->index, received.index});
  }
};

const Registration<Checker> registration{std::make_unique<PriorityOrder>()};

}  // namespace
}  // namespace harness
