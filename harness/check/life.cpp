#include "check/life.h"

#include <algorithm>
#include <set>

#include "core/kernel_names.h"

namespace harness {
namespace {

constexpr std::string_view kWayToEnd = "probe:end.";

// Hand-made and reduced histories may carry no process ids; then the role alone decides.
bool is_same_process(const Event& a, const Event& b) { return a.pid == b.pid || a.pid == 0 || b.pid == 0; }

bool is_main_process(const History& history, const Event& event) {
  const Event* start = start_of(history, event.role);
  return start == nullptr || is_same_process(*start, event);
}

bool ended_by_signal(const Event* ended, int signal) {
  return ended && ended->name == "signal" && ended->data.value("signal", 0) == signal;
}

bool ends_its_victim(const History& history, const Event& fault) {
  const int signal = signal_sent(fault);
  if (signal == kSigkill) return true;
  if (fault.name == "fail") return fault.data.value("at", "").starts_with(kWayToEnd);
  return signal != 0 && ended_by_signal(end_of(history, fault.role), signal);
}

}  // namespace

// Histories from before the field was recorded name the action alone.
int signal_sent(const Event& fault) {
  return fault.data.value("signal_sent", fault.name == "kill" ? kSigkill : 0);
}

int clean_up_begins(const History& history) {
  for (const Event& event : history) {
    const bool is_end = event.kind == EventKind::deadlock || event.kind == EventKind::deadline ||
                        event.kind == EventKind::busy;
    if (is_end) return event.index;
  }
  return static_cast<int>(history.size());
}

const Event* start_of(const History& history, std::string_view instance) {
  for (const Event& event : history) {
    if (event.kind == EventKind::spawned && event.role == instance) return &event;
  }
  return nullptr;
}

const Event* end_of(const History& history, std::string_view instance) {
  for (const Event& event : history) {
    if (event.kind == EventKind::ended && event.role == instance && is_main_process(history, event))
      return &event;
  }
  return nullptr;
}

std::vector<int> with_last_words(const History& history, const Event& ended) {
  std::vector<int> evidence{ended.index};
  for (const Event& event : history) {
    if (event.kind == EventKind::output && event.name != "stdout" && event.role == ended.role)
      evidence.push_back(event.index);
  }
  return evidence;
}

bool is_clean_up(const History& history, const Event& ended) {
  return ended.index > clean_up_begins(history) && ended_by_signal(&ended, kSigkill);
}

bool was_asked_to_end(const History& history, std::string_view instance) {
  return std::any_of(history.begin(), history.end(), [&](const Event& event) {
    if (event.kind != EventKind::fault || event.role != instance || !is_main_process(history, event))
      return false;
    static const std::set<std::string> asking = {"SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"};
    return asking.count(signal_name(signal_sent(event))) != 0;
  });
}

bool was_ended_by_fault(const History& history, std::string_view instance) {
  return std::any_of(history.begin(), history.end(), [&](const Event& event) {
    return event.kind == EventKind::fault && event.role == instance && is_main_process(history, event) &&
           ends_its_victim(history, event);
  });
}

}  // namespace harness
