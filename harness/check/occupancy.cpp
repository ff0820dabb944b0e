// occupancy: a queue that was filled held as many messages as it says that it holds, never more and not fewer.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "check/checker.h"
#include "check/findings.h"
#include "check/message.h"
#include "check/operations.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

// How many messages lay in the queue, at least.
struct Fill {
  int64_t most = 0;
  int at = 0;
};

// Where each message certainly lay in the queue from, and where it may have been taken: at the look after which it
// was received.
using Changes = std::multimap<int, int64_t>;

void add_taken(Changes& changes, const Messages& messages, const Event& received, int not_before) {
  const Event* look = look_before(messages, received);
  changes.emplace(std::max(not_before, look ? look->index : 0), -1);
}

// One whose receiver did not live to tell what it took.
void add_untold(Changes& changes, const Messages& messages) {
  std::map<std::string, const Event*> last;
  for (const Event* look : messages.looks) last[look->role] = look;
  for (const auto& [role, look] : last) changes.emplace(look->index, -1);
}

Changes changes_of(const Messages& messages) {
  Changes changes;
  for (const Sending& sending : messages.streams.sendings) {
    if (!sending.is_acknowledged()) continue;
    changes.emplace(sending.answer->index, 1);
    const Event* received = receipt_of(messages, sending.id());
    if (received) add_taken(changes, messages, *received, sending.answer->index);
  }
  for (const auto* unnamed : {&messages.empties, &messages.streams.truncated, &messages.streams.corrupt}) {
    for (const Event* one : *unnamed) add_taken(changes, messages, *one, 0);
  }
  add_untold(changes, messages);
  return changes;
}

Fill fullest(const Messages& messages) {
  int64_t lying = 0;
  Fill fill;
  for (const auto& [index, change] : changes_of(messages)) {
    lying += change;
    if (lying > fill.most) fill = {.most = lying, .at = index};
  }
  return fill;
}

class Occupancy : public Checker {
 public:
  std::string_view id() const override { return "occupancy"; }
  std::string_view summary() const override {
    return "a queue that was filled held as many messages as it may, never more and not fewer";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    const Messages messages = messages_of(history);
    if (messages.capacity == 0) return {inconclusive("nobody told how many messages the queue holds")};
    const Fill fill = fullest(messages);
    if (fill.most > messages.capacity) {
      return {failure(fmt::format("{} messages lay in the queue, which holds {}",
                                  fill.most, messages.capacity),
                      {fill.at})};
    }
    if (fill.most < messages.capacity) {
      return {inconclusive(fmt::format("the queue was never full: {} of {} messages lay in it", fill.most,
                                       messages.capacity))};
    }
    return unless_operations_lost(history, {});
  }
};

const Registration<Checker> registration{std::make_unique<Occupancy>()};

}  // namespace
}  // namespace harness
