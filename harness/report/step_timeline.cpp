#include "report/step_timeline.h"

#include <algorithm>
#include <map>

#include "check/explored.h"

namespace harness {
namespace {

std::string text_of(const Event& step, const char* key) { return step.data.value(key, ""); }

bool is_write(const Event& step) {
  const std::string kind = text_of(step, "kind");
  return kind == "store" || kind == "change" || kind == "write";
}

void add_lane(const Event& step, Timeline& timeline) {
  if (timeline.lane_of(step)) return;
  timeline.lanes.push_back({.name = step.role,
                            .role = step.role,
                            .pid = step.pid,
                            .begin_ns = step.time_ns,
                            .end_ns = timeline.end_ns});
}

void end_lane(const Event& step, Timeline& timeline) {
  Lane& lane = timeline.lanes[*timeline.lane_of(step)];
  lane.end_ns = step.time_ns;
  lane.is_struck = text_of(step, "kind") == "dies";
  lane.end = lane.is_struck ? "died" : "ended";
}

void add_span(const Event& step, Timeline& timeline) {
  const std::string kind = text_of(step, "kind");
  if (kind == "dies" || kind == "ends") return end_lane(step, timeline);
  const bool waits = kind == "waits";
  timeline.spans.push_back({.kind = waits ? Span::Kind::blocked : Span::Kind::operation,
                            .lane = *timeline.lane_of(step),
                            .tid = step.tid,
                            .name = waits ? text_of(step, "place") : text_of(step, "text"),
                            .begin_ns = step.time_ns,
                            .end_ns = waits ? timeline.end_ns : step.time_ns + 1,
                            .outcome = EventKind::ok,
                            .is_open = waits,
                            .event = step.index});
}

void add_link(const Event& step, const History& steps, Timeline& timeline) {
  const int from = step.data.value("from", -1);
  if (from < 0 || from >= static_cast<int>(steps.size())) return;
  const Event& write = steps[static_cast<size_t>(from)];
  if (write.role != step.role) timeline.links.push_back({.from = write.index, .to = step.index});
}

// What stands at each place: the newest in modification order of what was written by then.
std::vector<ObjectTrack> places_of(const History& steps) {
  std::vector<ObjectTrack> tracks;
  std::map<std::string, std::pair<size_t, int>>
      known;  // its track, and how many are newer than what it shows
  for (const Event& step : steps) {
    if (!is_write(step)) continue;
    const std::string place = text_of(step, "place");
    const int newer = step.data.value("newer", 0);
    const auto [found, is_new] = known.try_emplace(place, tracks.size(), newer);
    if (is_new) tracks.push_back({.name = place, .states = {}});
    if (!is_new && newer > found->second.second) continue;
    found->second.second = newer;
    tracks[found->second.first].states.push_back(
        {.from_ns = step.time_ns,
         .value = std::to_string(step.data.value("value", uint64_t{0})),
         .level = {},
         .event = step.index});
  }
  return tracks;
}

}  // namespace

bool has_steps(const History& history) { return std::any_of(history.begin(), history.end(), is_step); }

History steps_of(const History& history) {
  History steps;
  for (const Event& event : history) {
    if (!is_step(event)) continue;
    steps.push_back(event);
    steps.back().time_ns = static_cast<int64_t>(steps.size());
  }
  return steps;
}

Timeline step_timeline_of(const History& history) {
  const History steps = steps_of(history);
  Timeline timeline;
  timeline.end_ns = static_cast<int64_t>(steps.size()) + 1;
  for (const Event& step : steps) add_lane(step, timeline);
  for (const Event& step : steps) {
    add_span(step, timeline);
    add_link(step, steps, timeline);
    if (text_of(step, "kind") == "waits" && timeline.stuck_ns < 0) timeline.stuck_ns = step.time_ns;
  }
  timeline.objects = places_of(steps);
  return timeline;
}

}  // namespace harness
