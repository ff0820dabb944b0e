// Schedules: in such a case one task runs at a time, and at each step it is said by a schedule who goes on.
//
// A step is what a task does from one place to the next: the entry and the exit of a call, a probe, and a
// signal before its handler. Who stands before a call stands before its instruction: a signal that comes
// there is handled, and then the call is made.
#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <csignal>

#include "core/kernel_names.h"
#include "os/procfs.h"
#include "os/syscalls.h"
#include "run/supervision.h"

namespace harness {
namespace {

constexpr int kMostSwitches = 2000;    // that are recorded
constexpr int kMostTurnsInARow = 200;  // while others stand: who takes more may be waiting for them

bool is_parking(const Stop& stop) {
  return stop.kind == Stop::Kind::call_enter && stop.call == SYS_tgkill && stop.args[2] == SIGSTOP;
}

std::string place_of(const Stop& stop, const std::optional<Parked>& parked) {
  if (parked) return "probe:" + parked->probe;
  if (stop.kind == Stop::Kind::signal) return "signal:" + signal_name(stop.signal);
  const auto edge =
      stop.kind == Stop::Kind::call_enter ? InjectionPoint::Edge::enter : InjectionPoint::Edge::exit;
  return to_string(
      InjectionPoint{.kind = InjectionPoint::Kind::syscall, .name = syscall_name(stop.call), .edge = edge});
}

}  // namespace

void Supervisor::add_to_schedule(pid_t tid, int role) {
  if (turn_order_) turn_order_->add(tid, role, roles_[static_cast<size_t>(role)].plan->name);
}

// True when it has to stand until the schedule lets it go on.
bool Supervisor::waits_for_schedule(const Stop& stop) {
  if (!turn_order_ || is_parking(stop)) return false;
  switch (stop.kind) {
    case Stop::Kind::parked: {
      // Another thread may pass a probe before this one goes on, and the journal has one place for both.
      auto parked = roles_[static_cast<size_t>(stop.role)].files->journal.parked(stop.pid, stop.tid);
      if (!parked) return false;
      parked_[stop.tid] = std::move(*parked);
      break;
    }
    case Stop::Kind::call_enter:
    case Stop::Kind::call_exit:
      if (!counts_calls(stop)) return false;
      break;
    case Stop::Kind::signal:
      rewound_.erase(stop.tid);
      break;
    default:
      return false;
  }
  awaiting_turn_.push_back(stop);
  looks_at_others_ = 0;
  return true;
}

std::optional<Parked> Supervisor::parked_at(const Stop& stop) {
  if (const auto known = parked_.extract(stop.tid)) return known.mapped();
  const RoleRun& role = roles_[static_cast<size_t>(stop.role)];
  // Without a tracer all of a process stops, and which of its threads asked for it stands in its journal.
  return role.files->journal.parked(stop.pid, tracer_.traced() ? stop.tid : 0);
}

void Supervisor::note_turn(const Stop& stop) {
  if (stop.tid == last_turn_) {
    if (awaiting_turn_.size() > 1 && ++turns_in_a_row_ >= kMostTurnsInARow) {
      turn_order_->put_behind(stop.tid);
      turns_in_a_row_ = 0;
    }
    return;
  }
  last_turn_ = stop.tid;
  turns_in_a_row_ = 0;
  if (++switches_ == kMostSwitches)
    say(EventKind::note, "", -1,
        {{"text", fmt::format("only the first {} changes of turns are recorded", kMostSwitches)}});
  if (switches_ > kMostSwitches) return;
  const auto parked = parked_.find(stop.tid);
  const auto at = parked == parked_.end() ? std::nullopt : std::optional(parked->second);
  Event& event = say(EventKind::turn, place_of(stop, at), stop.role,
                     {{"turn", turn_order_->turns()}, {"task", turn_order_->name_of(stop.tid)}});
  event.pid = stop.pid;
  event.tid = stop.tid;
}

Status Supervisor::give_scheduled_turn() {
  if (awaiting_turn_.empty()) return done();
  note_spinners();
  std::vector<pid_t> standing;
  for (const Stop& stop : awaiting_turn_) standing.push_back(stop.tid);
  for (const Tracer::Task& task : tracer_.tasks()) {
    const bool stands = std::count(standing.begin(), standing.end(), task.tid) != 0;
    if (task.role < 0 || stands || spinners_.count(task.tid) != 0) continue;
    if (is_running(task)) return done();
  }
  const pid_t next = turn_order_->next(standing);
  const auto its = std::find_if(awaiting_turn_.begin(), awaiting_turn_.end(),
                                [&](const Stop& stop) { return stop.tid == next; });
  const Stop stop = *its;
  note_turn(stop);
  awaiting_turn_.erase(its);
  looks_at_others_ = 0;
  used_ns_.clear();
  progressed_ = true;
  const bool is_to_be_interrupted = stop.kind == Stop::Kind::call_enter && may_get_signal(stop.pid, stop.tid);
  if (is_to_be_interrupted && rewound_.insert(stop.tid).second) return tracer_.rewind_call(stop.tid);
  return on_stop_in_turn(stop);
}

void Supervisor::note_turns() {
  if (!turn_order_) return;
  say(EventKind::turns, "", -1, {{"turns", turn_order_->turns()}, {"tasks", turn_order_->names()}});
}

}  // namespace harness
