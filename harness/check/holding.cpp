#include "check/holding.h"

#include "check/life.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

bool is_death(const History& history, const Event& event) {
  switch (event.kind) {
    case EventKind::fault:
      return signal_sent(event) == kSigkill;
    case EventKind::task:
      return event.name == "exec" || event.name == "child-ended";
    case EventKind::ending:
      return true;
    case EventKind::ended:
      return !is_clean_up(history, event);
    default:
      return false;
  }
}

bool concerns(const Event& death, const Holder& holder) {
  if (death.role != holder.role) return false;
  if (death.kind == EventKind::ending) return death.tid == holder.tid;
  return death.pid == holder.pid || death.pid == 0 || holder.pid == 0;
}

// True for what a program itself tells, through its probes.
bool is_told(EventKind kind) {
  switch (kind) {
    case EventKind::reached:
    case EventKind::invoke:
    case EventKind::ok:
    case EventKind::fail:
    case EventKind::info:
    case EventKind::observed:
      return true;
    default:
      return false;
  }
}

}  // namespace

Holder teller(const Event& event) { return {.role = event.role, .pid = event.pid, .tid = event.tid}; }

Deaths::Deaths(const History& history) : history_(history) {
  for (const Event& event : history) {
    if (is_death(history, event)) deaths_.push_back(&event);
  }
}

const Event* Deaths::after(const Holder& holder, int since) const {
  for (const Event* death : deaths_) {
    if (death->index > since && concerns(*death, holder)) return death;
  }
  return nullptr;
}

Alive Deaths::alive_at(const Holder& holder, int since, int moment) const {
  const Event* death = after(holder, since);
  if (!death) return Alive::yes;
  if (death->index < moment) return Alive::no;
  if (death->kind == EventKind::fault || tells_between(holder, moment, death->index)) return Alive::yes;
  return Alive::perhaps;
}

bool Deaths::tells_between(const Holder& holder, int from, int to) const {
  for (int index = from + 1; index < to; ++index) {
    const Event& event = history_[static_cast<size_t>(index)];
    if (is_told(event.kind) && teller(event) == holder) return true;
  }
  return false;
}

}  // namespace harness
