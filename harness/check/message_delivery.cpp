// message_delivery: messages arrive whole and once; those of one sender that are equally urgent in order; and
// when a receiver has emptied the queue, every message that was acknowledged is there. { message_delivery: {
// queue_dies_with: receiver } } for sockets, whose queue ends with the socket: what was acknowledged before
// that end may be lost with it.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/message.h"
#include "check/operations.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

std::string numbered_names(const std::vector<int64_t>& ids) {
  std::string text = name_records(ids);
  return "message" + text.substr(std::string("record").size());
}

void judge_broken(const Messages& messages, Findings& findings) {
  for (const Event* corrupt : messages.streams.corrupt) {
    findings.push_back(
        failure(fmt::format("{} received message {} not as it was sent", corrupt->role, corrupt->value(0)),
                {corrupt->index}));
  }
}

void judge_one(const Messages& messages, const Event& received, Findings& findings) {
  const int64_t id = received.value(0);
  const Sending* sending = sending_of(messages.streams, id);
  if (!sending || sending->begin->index > received.index) {
    findings.push_back(failure(
        fmt::format("{} received message {}, which nobody had sent", received.role, id), {received.index}));
    return;
  }
  const int64_t length = sending->length();
  if (length == 0 || received.value(1) == length) return;
  findings.push_back(failure(fmt::format("{} delivered message {} with {} bytes, but it has {}",
                                         received.role, id, received.value(1), length),
                             {sending->begin->index, received.index}));
}

void judge_twice(const Messages& messages, Findings& findings) {
  std::map<int64_t, const Event*> seen;
  for (const Event* received : messages.streams.received) {
    const auto [first, is_new] = seen.emplace(received->value(0), received);
    if (is_new) continue;
    findings.push_back(failure(fmt::format("message {} was received twice", received->value(0)),
                               {first->second->index, received->index}));
    return;
  }
}

void judge_order(const Messages& messages, Findings& findings) {
  using Line = std::pair<std::pair<std::string, std::string>, int>;  // receiver, sender, urgency
  std::map<Line, std::pair<const Sending*, const Event*>> last;
  for (const Event* received : messages.streams.received) {
    const Sending* sending = sending_of(messages.streams, received->value(0));
    if (!sending) continue;
    const Line line = {{received->role, sending->begin->role}, messages.urgency_of(sending->id())};
    auto& [before, event] = last[line];
    if (before && before->begin->index > sending->begin->index) {
      findings.push_back(failure(fmt::format("message {} came after message {}, but {} had sent it before",
                                             sending->id(), before->id(), sending->begin->role),
                                 {event->index, received->index}));
    }
    before = sending;
    event = received;
  }
}

// Where the last receiver ended that a fault ended; -1 when none did.
int queue_died_at(const Case& plan, const History& history, const std::string& role) {
  int last = -1;
  for (const RoleInstance& instance : plan.roles) {
    if (!names_instance(role, instance.name) || !was_ended_by_fault(history, instance.name)) continue;
    if (const Event* ended = end_of(history, instance.name)) last = std::max(last, ended->index);
  }
  return last;
}

// Accepted is delivered, or told as cut, once nobody will look into the queue any more.
void judge_missing(const Messages& messages, int died_at, Findings& findings) {
  if (messages.drained.empty()) return;
  std::vector<int64_t> missing;
  size_t empties = 0;
  for (const Sending& sending : messages.streams.sendings) {
    const bool may_be_lost = !sending.is_acknowledged() || sending.answer->index < died_at;
    if (may_be_lost) continue;
    if (sending.answer->value(1) == 0) {
      ++empties;
    } else if (receipt_of(messages, sending.id()) == nullptr) {
      missing.push_back(sending.id());
    }
  }
  const int end = messages.drained.back()->index;
  if (missing.size() > messages.streams.truncated.size()) {
    findings.push_back(failure(fmt::format("{} of {} messages were accepted from their sender and never "
                                           "came, and nothing is left for {} to receive: {}",
                                           missing.size(), messages.streams.sendings.size(),
                                           messages.drained.back()->role, numbered_names(missing)),
                               {sending_of(messages.streams, missing.front())->answer->index, end}));
  }
  if (empties > messages.empties.size()) {
    findings.push_back(
        failure(fmt::format("{} of {} empty messages never came", empties - messages.empties.size(), empties),
                {end}));
  }
}

class MessageDelivery : public Checker {
 public:
  std::string_view id() const override { return "message_delivery"; }
  std::string_view summary() const override {
    return "messages arrive whole, once and in order, and none that was accepted is missing at the end";
  }
  bool needs_operations() const override { return true; }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    const bool is_known = options.is_object() && options.size() == 1 && options.contains("queue_dies_with") &&
                          options.at("queue_dies_with").is_string();
    if (is_known) return done();
    return usage_error(
        "message_delivery takes a role, as in { message_delivery: { queue_dies_with: receiver } }");
  }

  std::vector<std::string> roles_in(const nlohmann::json& options) const override {
    if (!options.contains("queue_dies_with")) return {};
    return {options.at("queue_dies_with").get<std::string>()};
  }

  Findings check(const Case& plan, const History& history, const nlohmann::json& options) const override {
    const Messages messages = messages_of(history);
    const bool is_anything_told =
        !messages.streams.received.empty() || !messages.streams.corrupt.empty() || !messages.drained.empty();
    if (!is_anything_told) return {nothing_to_judge("no message was received, and no queue was emptied")};
    Findings findings;
    judge_broken(messages, findings);
    for (const Event* received : messages.streams.received) judge_one(messages, *received, findings);
    judge_twice(messages, findings);
    judge_order(messages, findings);
    judge_missing(messages, queue_died_at(plan, history, options.value("queue_dies_with", "")), findings);
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<MessageDelivery>()};

}  // namespace
}  // namespace harness
