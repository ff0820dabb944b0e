// occupancy: a queue that was filled held as many messages as it says that it holds, never more and not
// fewer.
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

// Where each message certainly lay in the queue from, and where it may have been taken: at the look after
// which it was received.
using Changes = std::multimap<int, int64_t>;

int may_be_taken_from(const Messages& messages, const Event& received) {
  const Event* look = look_before(messages, received);
  return look ? look->index : 0;
}

// One that was taken before its sender could tell lay there at no moment that is certain.
void add_stay(Changes& changes, const Messages& messages, const Sending& sending) {
  const Event* received = receipt_of(messages, sending.id());
  const int begin = sending.answer->index;
  const int end = received ? may_be_taken_from(messages, *received) : -1;
  if (received && end < begin) return;
  changes.emplace(begin, 1);
  if (received) changes.emplace(end, -1);
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
    if (sending.is_acknowledged()) add_stay(changes, messages, sending);
  }
  for (const auto* unnamed : {&messages.empties, &messages.streams.truncated, &messages.streams.corrupt}) {
    for (const Event* one : *unnamed) changes.emplace(may_be_taken_from(messages, *one), -1);
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
    if (messages.capacity == 0) return {nothing_to_judge("nobody told how many messages the queue holds")};
    const Fill fill = fullest(messages);
    if (fill.most > messages.capacity) {
      return {
          failure(fmt::format("{} messages lay in the queue, which holds {}", fill.most, messages.capacity),
                  {fill.at})};
    }
    if (fill.most < messages.capacity) {
      return {nothing_to_judge(fmt::format("the queue was never full: {} of {} messages lay in it", fill.most,
                                           messages.capacity))};
    }
    return unless_operations_lost(history, {});
  }
};

const Registration<Checker> registration{std::make_unique<Occupancy>()};

}  // namespace
}  // namespace harness
