#include "report/wait_for.h"

#include <fmt/format.h>

#include <algorithm>

#include "check/life.h"
#include "report/sentence.h"
#include "report/timeline.h"

namespace harness {
namespace {

using nlohmann::json;

std::string text_of(const json& data, const char* key) {
  const auto found = data.find(key);
  return found != data.end() && found->is_string() ? found->get<std::string>() : "";
}

bool says(const json& data, const char* key) {
  const auto found = data.find(key);
  return found != data.end() && found->is_boolean() && found->get<bool>();
}

int64_t number_of(const json& data, const char* key) {
  const auto found = data.find(key);
  return found != data.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

// "/dev/shm/cell (deleted)": that its name is gone is no news of an object that still is waited for.
std::string without_deleted(std::string object) {
  constexpr std::string_view kDeleted = " (deleted)";
  if (object.ends_with(kDeleted)) object.resize(object.size() - kDeleted.size());
  return object;
}

class Builder {
 public:
  explicit Builder(const History& history) : history_(history) {}

  WaitFor build() {
    for (const Event& event : history_) {
      if (event.kind == EventKind::blocked) add_waiter(event);
    }
    for (const Event& event : history_) {
      if (event.kind == EventKind::blocked) add_reason(event);
    }
    return std::move(graph_);
  }

 private:
  bool has(const std::string& id) const {
    return std::any_of(graph_.nodes.begin(), graph_.nodes.end(),
                       [&](const WaitFor::Node& node) { return node.id == id; });
  }

  // Several threads of a role may wait, each for something else.
  std::string waiter_id(const Event& event) const {
    if (says(event.data, "child")) return name_of_child(event.role, event.pid);
    const Event* start = start_of(history_, event.role);
    const bool is_main = start == nullptr || start->tid == event.tid || event.tid == 0;
    return is_main ? event.role : fmt::format("{} (thread {})", event.role, event.tid);
  }

  void add_waiter(const Event& event) {
    const std::string id = waiter_id(event);
    if (has(id)) return;
    const std::string detail =
        event.name.empty() ? text_of(event.data, "explained") : "asleep in " + event.name;
    graph_.nodes.push_back({.id = id, .label = id, .detail = detail});
  }

  void add_role(const std::string& role, bool is_dead) {
    if (has(role)) return;
    const Event* end = end_of(history_, role);
    const bool is_known_dead = end != nullptr && !is_clean_up(history_, *end);
    const std::string detail = is_known_dead ? what_happened(*end) : is_dead ? "dead" : "alive";
    graph_.nodes.push_back(
        {.id = role, .label = role, .detail = detail, .is_dead = is_dead || is_known_dead});
  }

  void add_object(const std::string& id, const std::string& label, const std::string& detail) {
    if (!has(id)) graph_.nodes.push_back({.id = id, .is_object = true, .label = label, .detail = detail});
  }

  void add_edge(const std::string& from, const std::string& to, const std::string& label, int event) {
    const bool is_there =
        std::any_of(graph_.edges.begin(), graph_.edges.end(),
                    [&](const WaitFor::Edge& edge) { return edge.from == from && edge.to == to; });
    if (!is_there) graph_.edges.push_back({.from = from, .to = to, .label = label, .event = event});
  }

  void add_reason(const Event& event) {
    const auto futex = event.data.find("futex");
    const auto queue = event.data.find("queue");
    const auto fd = event.data.find("fd");
    if (futex != event.data.end() && futex->is_object()) {
      add_futex(event, *futex);
    } else if (queue != event.data.end() && queue->is_object()) {
      add_queue(event, *queue);
    } else if (fd != event.data.end() && fd->is_object()) {
      add_descriptor(event, *fd);
    } else if (!event.name.empty()) {
      add_plain(event);
    }
  }

  void add_futex(const Event& event, const json& futex) {
    const std::string object = without_deleted(text_of(futex, "object"));
    const std::string mutex = text_of(futex, "mutex");
    const std::string place =
        object.empty() ? text_of(futex, "address") : fmt::format("{}+{}", object, number_of(futex, "offset"));
    // The same address of two processes is not the same futex.
    const bool is_private = object.empty() || object == "[anon]";
    const std::string id = "futex " + place + (is_private ? " of " + event.role : "");
    const std::string word = fmt::format("word {:#x}", number_of(futex, "word"));
    add_object(id, (mutex.empty() ? "futex" : mutex + " mutex") + std::string(" ") + place, word);
    add_edge(waiter_id(event), id, "waits for", event.index);
    const std::string owner = text_of(futex, "owner_role");
    if (!owner.empty()) {
      add_role(owner, !says(futex, "owner_alive"));
      add_edge(id, owner, "held by", event.index);
    }
  }

  void add_queue(const Event& event, const json& queue) {
    const std::string name = text_of(queue, "name");
    const int64_t most = number_of(queue, "messages_at_most");
    const std::string much = most > 0
                                 ? fmt::format("{} of {} messages", number_of(queue, "messages"), most)
                                 : fmt::format("{} messages, {} of {} bytes", number_of(queue, "messages"),
                                               number_of(queue, "bytes"), number_of(queue, "bytes_at_most"));
    const std::string id = "queue " + name;
    add_object(id, name, much + (says(queue, "is_full") ? " (full)" : ""));
    add_edge(waiter_id(event), id, says(queue, "is_full") ? "waits for room in" : "waits for a message in",
             event.index);
    const auto ended = queue.find("ended");
    if (ended == queue.end() || !ended->is_array()) return;
    for (const json& role : *ended) {
      if (!role.is_string()) continue;
      add_role(role.get<std::string>(), true);
      add_edge(id, role.get<std::string>(), "no longer served by", event.index);
    }
  }

  static std::string fill_words(const Event& event) {
    const auto fill = event.data.find("fill");
    if (fill == event.data.end() || !fill->is_object()) return "";
    const int64_t holds = number_of(*fill, "holds");
    return holds == 0 ? ", empty" : fmt::format(", {} of {} bytes", holds, number_of(*fill, "room"));
  }

  void add_descriptor(const Event& event, const json& fd) {
    const std::string object = text_of(fd, "object");
    const int64_t number = number_of(fd, "number");
    const std::string id = object.empty() ? fmt::format("descriptor {} of {}", number, event.role) : object;
    const std::string count = text_of(fd, "count");
    const std::string link = text_of(fd, "link");
    add_object(id, link.empty() ? id : fmt::format("link {}: {}", link, id),
               count.empty() ? fmt::format("descriptor {}{}", number, fill_words(event)) : "count " + count);
    add_edge(waiter_id(event), id, "waits in " + event.name + " on", event.index);
    const auto holders = fd.find("other_end");
    if (holders == fd.end() || !holders->is_array()) return;
    for (const json& holder : *holders) {
      if (holder.is_object()) add_holder(event, id, holder);
    }
  }

  // One that keeps the end of a stream from being seen.
  void add_holder(const Event& event, const std::string& object, const json& holder) {
    const std::string role = text_of(holder, "role");
    const std::string id = role.empty()            ? "the harness"
                           : says(holder, "child") ? name_of_child(role, number_of(holder, "pid"))
                                                   : role;
    if (!has(id)) graph_.nodes.push_back({.id = id, .label = id, .detail = "alive"});
    add_edge(object, id, "other end open in", event.index);
  }

  // A signal, a child, a timer, a poll over many: nobody's in particular.
  void add_plain(const Event& event) {
    const std::string wait = text_of(event.data, "wait");
    const std::string id = wait + " of " + waiter_id(event);
    const std::string what = wait == "signal"  ? "a signal"
                             : wait == "child" ? "the end of a child"
                             : wait == "timer" ? "a moment in time"
                                               : "";
    add_object(id, what.empty() ? event.name : what, what.empty() ? text_of(event.data, "explained") : "");
    add_edge(waiter_id(event), id, what.empty() ? "waits in" : "waits for", event.index);
  }

  const History& history_;
  WaitFor graph_;
};

}  // namespace

WaitFor wait_for(const History& history) { return Builder(history).build(); }

}  // namespace harness
