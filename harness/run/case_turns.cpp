// Turns: in an exploration roles take turns at their system calls, so that every run meets the same points.
//
// A task that stands before a call is let in when nobody else runs, and of those that stand there the first
// is: by the order of the roles in the scenario, and of one role the older task. So of two calls that race it
// is always the same that is first, whoever got a processor.
#include <sys/syscall.h>

#include <algorithm>

#include "os/procfs.h"
#include "run/supervision.h"

namespace harness {
namespace {

// Who makes so many calls in a row while others wait, or runs for so long without one, may be waiting for
// them without sleeping. How long it has run is its own processor time: on a busy machine it may be long in
// coming.
constexpr int kMostCallsInARow = 200;
constexpr int kMostLooksAtOne = 1000;
// Of processor time, where the kernel tells that of a thread. A schedule has many runs to pay it in.
constexpr int64_t kMostAtOnce_ns = 1'000'000'000;
constexpr int64_t kMostAtOnceInSchedule_ns = 200'000'000;

// A starter sleeps so until its child has executed its program or ended (vfork(2)).
bool waits_for_own_child(const ThreadState& thread) {
  static const std::set<long> calls = {
#ifdef SYS_vfork
      SYS_vfork,
#endif
      SYS_clone, SYS_clone3};
  return thread.state == 'D' && calls.count(thread.syscall) != 0;
}

bool is_at_rest(const Tracer::Task& task) {
  const auto thread = read_thread(task.pid, task.tid);
  if (!thread || thread->is_blocked() || waits_for_own_child(*thread)) return true;
  return thread->state == 'T' || thread->state == 'Z' || thread->state == 'X';
}

}  // namespace

bool Supervisor::takes_turns() const { return !plan_.explored.empty() && tracer_.traced() && !turn_order_; }

// Whose turn comes first: the victim that is to be struck asleep, since it may find what it waits for once
// the others have begun; then the order of the scenario.
int Supervisor::rank_of(int role) const {
  const bool is_struck_asleep =
      !plan_.faults.empty() && plan_.faults.back().hold.until == Hold::Until::blocked &&
      names_instance(plan_.faults.back().victim, roles_[static_cast<size_t>(role)].plan->name);
  return is_struck_asleep ? -1 : role;
}

// It has not been seen to sleep in the call in which it is to be struck, which others might end; or it stands
// where it is to be struck, and that is due.
bool Supervisor::is_being_struck(pid_t tid) const {
  return std::any_of(faults_.begin(), faults_.end(), [&](const FaultRun& fault) {
    const bool is_due = fault.state == FaultRun::State::holding && fault.hold_is_over;
    return fault.tid == tid && (fault.state == FaultRun::State::entering || is_due);
  });
}

bool Supervisor::is_running(const Tracer::Task& task) const {
  return is_being_struck(task.tid) || (!task.held && !is_at_rest(task));
}

bool Supervisor::is_anothers_turn(const Stop& stop) const {
  const auto place = [&](int role, pid_t tid) { return std::pair(rank_of(role), tid); };
  for (const Tracer::Task& task : tracer_.tasks()) {
    if (task.role < 0 || task.tid == stop.tid || spinners_.count(task.tid) != 0) continue;
    const bool is_waiting_too = std::any_of(awaiting_turn_.begin(), awaiting_turn_.end(),
                                            [&](const Stop& other) { return other.tid == task.tid; });
    const bool comes_first = place(task.role, task.tid) < place(stop.role, stop.tid);
    if (is_waiting_too ? comes_first : is_running(task)) return true;
  }
  return false;
}

// True when the call has to wait; give_turns() will come back to it.
bool Supervisor::waits_for_turn(const Stop& stop) {
  if (!takes_turns() || stop.kind != Stop::Kind::call_enter) return false;
  if (!is_anothers_turn(stop)) {
    if (!awaiting_turn_.empty()) ++calls_in_a_row_;
    return false;
  }
  awaiting_turn_.push_back(stop);
  looks_at_others_ = 0;
  return true;
}

void Supervisor::note_spinners() {
  ++looks_at_others_;
  const int64_t most_ns = turn_order_ ? kMostAtOnceInSchedule_ns : kMostAtOnce_ns;
  for (const Tracer::Task& task : tracer_.tasks()) {
    if (!is_running(task)) continue;
    const auto now_ns = processor_time_ns_of(task.pid, task.tid);
    const int64_t before_ns = used_ns_.try_emplace(task.tid, now_ns.value_or(0)).first->second;
    const bool is_long = now_ns ? *now_ns - before_ns > most_ns : looks_at_others_ > kMostLooksAtOne;
    if (is_long) spinners_.insert(task.tid);
  }
}

Status Supervisor::give_turns() {
  if (awaiting_turn_.empty()) return done();
  note_spinners();
  const bool is_patience_over = calls_in_a_row_ >= kMostCallsInARow;
  const auto next = std::find_if(awaiting_turn_.begin(), awaiting_turn_.end(), [&](const Stop& stop) {
    return is_patience_over || !is_anothers_turn(stop);
  });
  if (next == awaiting_turn_.end()) return done();
  const Stop stop = *next;
  awaiting_turn_.erase(next);
  calls_in_a_row_ = looks_at_others_ = 0;
  used_ns_.clear();
  progressed_ = true;
  return on_call_in_turn(stop);
}

void Supervisor::forget_turn(pid_t tid) {
  std::erase_if(awaiting_turn_, [&](const Stop& stop) { return stop.tid == tid; });
}

}  // namespace harness
