#include "check/message.h"

#include "check/life.h"

namespace harness {

int Messages::urgency_of(int64_t id) const {
  const auto known = urgency.find(id);
  return known == urgency.end() ? 0 : known->second;
}

Messages messages_of(const History& history) {
  Messages messages{.streams = streams_of(history)};
  const int end = clean_up_begins(history);
  for (const Event& event : history) {
    if (event.index >= end) break;
    if (event.kind != EventKind::observed) continue;
    if (event.name == "urgency") messages.urgency[event.value(0)] = static_cast<int>(event.value(1));
    if (event.name == "looking") messages.looks.push_back(&event);
    if (event.name == "empty") messages.empties.push_back(&event);
    if (event.name == "drained") messages.drained.push_back(&event);
    if (event.name == "capacity") messages.capacity = event.value(0);
  }
  return messages;
}

const Event* receipt_of(const Messages& messages, int64_t id) {
  for (const Event* received : messages.streams.received) {
    if (received->value(0) == id) return received;
  }
  return nullptr;
}

const Event* look_before(const Messages& messages, const Event& received) {
  const Event* last = nullptr;
  for (const Event* look : messages.looks) {
    if (look->index > received.index) break;
    if (look->role == received.role) last = look;
  }
  return last;
}

}  // namespace harness
