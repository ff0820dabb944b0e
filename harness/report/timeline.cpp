#include "report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <utility>

#include "check/life.h"
#include "core/kernel_names.h"
#include "report/sentence.h"

namespace harness {
namespace {

std::string lane_name(const Event& event, const std::vector<Lane>& lanes) {
  const bool is_first =
      std::none_of(lanes.begin(), lanes.end(), [&](const Lane& lane) { return lane.role == event.role; });
  return is_first ? event.role : name_of_child(event.role, event.pid);
}

bool is_of_a_process(const Event& event) { return !event.role.empty() && event.pid > 0; }

bool is_process_end(const Event& event) {
  return event.kind == EventKind::ended && (event.name == "exit" || event.name == "signal") &&
         event.tid == event.pid;
}

void add_lanes(const History& history, Timeline& timeline) {
  for (const Event& event : history) {
    if (!is_of_a_process(event)) continue;
    if (!timeline.lane_of(event)) {
      timeline.lanes.push_back({.name = lane_name(event, timeline.lanes),
                                .role = event.role,
                                .pid = event.pid,
                                .begin_ns = event.time_ns,
                                .end_ns = timeline.end_ns});
    }
    const bool is_childs_end = event.kind == EventKind::task && event.name == "child-ended";
    if (!is_process_end(event) && !is_childs_end) continue;
    Lane& lane = timeline.lanes[*timeline.lane_of(event)];
    lane.end_ns = event.time_ns;
    if (is_childs_end) {
      lane.is_cleaned_up = event.index > clean_up_begins(history);
      lane.end = "ended";
      continue;
    }
    lane.end = what_happened(event);
    lane.is_cleaned_up = is_clean_up(history, event);
    lane.is_struck = event.name == "signal" && !lane.is_cleaned_up && was_ended_by_fault(history, event.role);
  }
}

std::string operation_name(const Event& event) {
  const auto values = event.data.find("values");
  const bool has_object = values != event.data.end() && !values->empty();
  return has_object ? fmt::format("{}({})", event.name, event.value(0)) : event.name;
}

bool is_answer(EventKind kind) {
  return kind == EventKind::ok || kind == EventKind::fail || kind == EventKind::info;
}

// Pairs each answer with the last open invocation of that name in its thread. An answer without one (of
// "receive" nobody tells the beginning) takes no time.
class OperationSpans {
 public:
  explicit OperationSpans(Timeline& timeline) : timeline_(timeline) {}

  void take(const Event& event) {
    if (!is_of_a_process(event)) return;
    if (event.kind == EventKind::invoke) begin(event);
    if (is_answer(event.kind)) answer(event);
    if (is_process_end(event)) break_off(event);
  }

 private:
  Span& add(const Event& event, bool is_open) {
    timeline_.spans.push_back({.kind = Span::Kind::operation,
                               .lane = *timeline_.lane_of(event),
                               .tid = event.tid,
                               .name = operation_name(event),
                               .begin_ns = event.time_ns,
                               .end_ns = is_open ? timeline_.end_ns : event.time_ns,
                               .outcome = is_open ? EventKind::info : event.kind,
                               .is_open = is_open,
                               .event = event.index});
    return timeline_.spans.back();
  }

  void begin(const Event& event) {
    add(event, true);
    open_[{event.tid, event.name}].push_back(timeline_.spans.size() - 1);
  }

  void answer(const Event& event) {
    auto& open = open_[{event.tid, event.name}];
    if (open.empty()) {
      add(event, false);
      return;
    }
    Span& span = timeline_.spans[open.back()];
    open.pop_back();
    span.end_ns = event.time_ns;
    span.outcome = event.kind;
    span.is_open = false;
    span.event = event.index;
  }

  void break_off(const Event& end) {
    const size_t lane = *timeline_.lane_of(end);
    for (Span& span : timeline_.spans) {
      if (span.lane == lane && span.is_open) span.end_ns = end.time_ns;
    }
  }

  Timeline& timeline_;
  std::map<std::pair<int, std::string>, std::vector<size_t>> open_;
};

bool is_call(const Event& event) {
  const auto call = event.data.find("call");
  return event.kind == EventKind::arrived && call != event.data.end() && *call == true;
}

// From a call's entry to its return in the same thread, or to its process's end.
void add_calls(const History& history, Timeline& timeline) {
  std::map<int, size_t> open;  // by thread
  for (const Event& event : history) {
    const auto lane = timeline.lane_of(event);
    if (!is_call(event) || !lane) continue;
    if (event.name.ends_with("/enter")) {
      open[event.tid] = timeline.spans.size();
      timeline.spans.push_back({.kind = Span::Kind::call,
                                .lane = *lane,
                                .tid = event.tid,
                                .name = call_name(event),
                                .begin_ns = event.time_ns,
                                .end_ns = timeline.lanes[*lane].end_ns,
                                .is_open = true,
                                .event = event.index});
    } else if (const auto began = open.find(event.tid); began != open.end()) {
      Span& span = timeline.spans[began->second];
      const auto result = event.data.find("result");
      const bool is_failure = result != event.data.end() && result->is_number_integer() && *result < 0;
      span.end_ns = event.time_ns;
      span.outcome = is_failure ? EventKind::fail : EventKind::ok;
      span.is_open = false;
      span.event = event.index;
      open.erase(began);
    }
  }
}

// From a fault that left its victim stopped to where it goes on, or to its end.
void add_stops(const History& history, Timeline& timeline) {
  for (size_t i = 0; i < history.size(); ++i) {
    const Event& fault = history[i];
    const auto lane = timeline.lane_of(fault);
    if (fault.kind != EventKind::fault || !lane) continue;
    if (fault.name != "stop" && signal_sent(fault) != SIGSTOP) continue;
    Span span{.kind = Span::Kind::stopped,
              .lane = *lane,
              .tid = fault.tid,
              .name = "stopped",
              .begin_ns = fault.time_ns,
              .end_ns = timeline.lanes[*lane].end_ns,
              .is_open = true,
              .event = fault.index};
    const auto resumed = std::find_if(
        history.begin() + static_cast<long>(i), history.end(),
        [&](const Event& event) { return event.kind == EventKind::resumed && event.role == fault.role; });
    if (resumed != history.end()) {
      span.end_ns = resumed->time_ns;
      span.is_open = false;
    }
    timeline.spans.push_back(std::move(span));
  }
}

// When a thread fell asleep nobody saw: somewhere after the last that it told.
void add_blocked(const History& history, Timeline& timeline) {
  for (const Event& blocked : history) {
    const auto lane = timeline.lane_of(blocked);
    if (blocked.kind != EventKind::blocked || blocked.name.empty() || !lane) continue;
    int64_t last = timeline.lanes[*lane].begin_ns;
    for (const Event& event : history) {
      if (event.index >= blocked.index) break;
      if (event.tid == blocked.tid && event.role == blocked.role && event.kind != EventKind::blocked)
        last = event.time_ns;
    }
    timeline.spans.push_back({.kind = Span::Kind::blocked,
                              .lane = *lane,
                              .tid = blocked.tid,
                              .name = blocked.name,
                              .begin_ns = last,
                              .end_ns = timeline.lanes[*lane].end_ns,
                              .is_open = true,
                              .event = blocked.index});
  }
}

// What the events of operations say of the objects that they are done to. Names and meanings are those of
// probe/probe.h; an object that nobody told of has no track.
class ObjectTracks {
 public:
  void take(const Event& event) {
    fill(event);
    if (event.kind == EventKind::ok && event.name == "lock") hold(event);
    if (event.kind == EventKind::invoke && event.name == "unlock") let_go(event);
    if (event.kind == EventKind::ended && is_process_end(event)) die(event);
    if (event.kind == EventKind::ok && event.name == "update")
      level("counter " + std::to_string(event.value(0)), event, event.value(1));
    if (event.kind == EventKind::ok && event.name == "send") under_way(event, +1);
    if (event.kind == EventKind::ok && event.name == "receive") under_way(event, -1);
  }

  std::vector<ObjectTrack> all() && {
    // Where only one side is told (receivers that never say what they got) a difference means nothing.
    if (!(was_sent_ && was_received_)) tracks_.erase(kUnderWay);
    std::vector<ObjectTrack> result;
    for (auto& [name, track] : tracks_) result.push_back(std::move(track));
    return result;
  }

 private:
  static constexpr const char* kUnderWay = "records under way";

  ObjectTrack& track(const std::string& name) {
    ObjectTrack& found = tracks_[name];
    found.name = name;
    return found;
  }

  static std::string lock_name(int64_t object) { return fmt::format("lock {} held by", object); }

  void hold(const Event& event) {
    owners_[event.value(0)] = event.role;
    track(lock_name(event.value(0)))
        .states.push_back({.from_ns = event.time_ns, .value = event.role, .level = {}, .event = event.index});
  }

  void let_go(const Event& event) {
    const auto owner = owners_.find(event.value(0));
    if (owner == owners_.end() || owner->second != event.role) return;
    owners_.erase(owner);
    track(lock_name(event.value(0)))
        .states.push_back({.from_ns = event.time_ns, .value = "", .level = {}, .event = event.index});
  }

  void die(const Event& event) {
    for (const auto& [object, owner] : owners_) {
      if (owner != event.role) continue;
      track(lock_name(object))
          .states.push_back({.from_ns = event.time_ns,
                             .value = owner + ", dead",
                             .level = {},
                             .is_broken = true,
                             .event = event.index});
    }
  }

  void level(const std::string& name, const Event& event, int64_t value) {
    track(name).states.push_back(
        {.from_ns = event.time_ns, .value = std::to_string(value), .level = value, .event = event.index});
  }

  // What a pipe or a queue held when somebody had just done something to it.
  void fill(const Event& event) {
    const auto fill = event.data.find("fill");
    if (fill == event.data.end() || !fill->is_object()) return;
    const std::string name =
        fmt::format("{} in {}", fill->value("unit", "bytes"), fill->value("object", "a pipe"));
    level(name, event, fill->value("holds", int64_t{0}));
  }

  void under_way(const Event& event, int change) {
    (change > 0 ? was_sent_ : was_received_) = true;
    count_ += change;
    // A receiver may tell before its sender does.
    level(kUnderWay, event, std::max<int64_t>(count_, 0));
  }

  std::map<std::string, ObjectTrack> tracks_;
  std::map<int64_t, std::string> owners_;
  int64_t count_ = 0;
  bool was_sent_ = false;
  bool was_received_ = false;
};

std::vector<ObjectTrack> object_tracks(const History& history) {
  const int clean_up = clean_up_begins(history);
  ObjectTracks tracks;
  for (const Event& event : history) {
    if (event.index >= clean_up && event.kind != EventKind::blocked) continue;  // the postmortem comes first
    tracks.take(event);
  }
  return std::move(tracks).all();
}

}  // namespace

std::string name_of_child(const std::string& role, int64_t pid) {
  return fmt::format("{}'s child {}", role, pid);
}

std::optional<size_t> Timeline::lane_of(const Event& event) const {
  if (!is_of_a_process(event)) return std::nullopt;
  const auto found = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& lane) {
    return lane.pid == event.pid && lane.role == event.role;
  });
  if (found == lanes.end()) return std::nullopt;
  return static_cast<size_t>(found - lanes.begin());
}

Timeline timeline_of(const History& history) {
  Timeline timeline;
  if (history.empty()) return timeline;
  timeline.end_ns = history.back().time_ns;
  for (const Event& event : history) {
    const bool is_stuck = event.kind == EventKind::deadlock || event.kind == EventKind::deadline ||
                          event.kind == EventKind::busy;
    if (is_stuck && timeline.stuck_ns < 0) timeline.stuck_ns = event.time_ns;
  }
  add_lanes(history, timeline);
  OperationSpans operations(timeline);
  for (const Event& event : history) operations.take(event);
  add_calls(history, timeline);
  add_stops(history, timeline);
  add_blocked(history, timeline);
  timeline.objects = object_tracks(history);
  return timeline;
}

bool is_whole(const History& history) {
  return !history.empty() && history.back().index + 1 == static_cast<int>(history.size());
}

}  // namespace harness
