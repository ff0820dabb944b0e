#include "check/stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "check/life.h"
#include "check/operations.h"

namespace harness {
namespace {

constexpr size_t kNamed = 5;

bool is_answer(const Event& event) { return event.kind == EventKind::ok || event.kind == EventKind::fail; }

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

Sending* open_sending(Streams& streams, const Event& event) {
  for (auto one = streams.sendings.rbegin(); one != streams.sendings.rend(); ++one) {
    if (one->id() == event.value(0) && one->begin->role == event.role && !one->answer) return &*one;
  }
  return nullptr;
}

void take_send(Streams& streams, const Event& event) {
  if (event.kind == EventKind::invoke) {
    streams.sendings.push_back({.begin = &event});
    add_once(streams.writers, event.role);
  } else if (Sending* sending = open_sending(streams, event); sending && is_answer(event)) {
    sending->answer = &event;
  }
}

void take_receive(Streams& streams, const Event& event) {
  if (!is_answer(event)) return;
  (event.kind == EventKind::ok ? streams.received : streams.not_received).push_back(&event);
  add_once(streams.readers, event.role);
}

void take_observed(Streams& streams, const Event& event) {
  if (event.name == "wrote") {
    if (Sending* sending = open_sending(streams, event)) sending->wrote = &event;
    return;
  }
  if (event.name == "corrupt") streams.corrupt.push_back(&event);
  if (event.name == "truncated") streams.truncated.push_back(&event);
  const bool is_end = event.name == "eof" || event.name == "drained";  // a queue has no end of its own
  if (is_end) streams.ends.push_back(&event);
  const bool is_reader =
      is_end || event.name == "corrupt" || event.name == "truncated" || event.name == "reading";
  if (is_reader) add_once(streams.readers, event.role);
}

}  // namespace

int64_t Sending::length() const {
  if (is_acknowledged()) return answer->value(1);
  return wrote ? wrote->value(2) : 0;
}

Streams streams_of(const History& history) {
  Streams streams;
  const int end = clean_up_begins(history);
  for (const Event& event : history) {
    if (event.index >= end) break;
    if (is_operation(event, "send")) take_send(streams, event);
    if (is_operation(event, "receive")) take_receive(streams, event);
    if (event.kind == EventKind::observed) take_observed(streams, event);
  }
  return streams;
}

const Sending* sending_of(const Streams& streams, int64_t id) {
  for (const Sending& sending : streams.sendings) {
    if (sending.id() == id) return &sending;
  }
  return nullptr;
}

bool saw_end(const Streams& streams, const std::string& reader) {
  return std::any_of(streams.ends.begin(), streams.ends.end(),
                     [&](const Event* end) { return end->role == reader; });
}

int all_ended_at(const History& history, const std::vector<std::string>& instances) {
  int last = -1;
  for (const std::string& instance : instances) {
    const Event* ended = end_of(history, instance);
    if (!ended || is_clean_up(history, *ended)) return -1;
    last = std::max(last, ended->index);
  }
  return last;
}

std::string name_records(const std::vector<int64_t>& ids) {
  std::string text = ids.size() == 1 ? "record " : "records ";
  for (size_t i = 0; i < std::min(ids.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(ids[i]);
  if (ids.size() > kNamed) text += fmt::format(" and {} more", ids.size() - kNamed);
  return text;
}

}  // namespace harness
