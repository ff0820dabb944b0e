// Watching a case: what happened, who arrived where, whether anybody still moves.
#include <elf.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "core/eintr_table.h"
#include "core/kernel_names.h"
#include "os/clock.h"
#include "os/procfs.h"
#include "os/syscalls.h"
#include "os/transfer.h"
#include "run/supervision.h"

namespace harness {
namespace {

constexpr int64_t kEagerPace_ns = 50'000;  // the same while a victim is held until the others have settled
constexpr int kLooksBeforeDeadlock = 3;    // a deadlock is said when that many looks in a row agree

}  // namespace

Event& Supervisor::say(EventKind kind, std::string name, int role, nlohmann::json data) {
  Event event{.time_ns = now_ns(), .kind = kind, .name = std::move(name)};
  event.data = std::move(data);
  if (role >= 0) {
    event.role = roles_[static_cast<size_t>(role)].plan->name;
    event.pid = event.tid = roles_[static_cast<size_t>(role)].pid;
  }
  events_.push_back(std::move(event));
  return events_.back();
}

bool Supervisor::all_started() const {
  return std::all_of(roles_.begin(), roles_.end(), [](const RoleRun& role) { return role.is_started; });
}

bool Supervisor::all_ended() const {
  return std::all_of(roles_.begin(), roles_.end(), [](const RoleRun& role) { return role.has_ended; });
}

std::vector<std::string> Supervisor::role_names() const {
  std::vector<std::string> names;
  for (const RoleRun& role : roles_) names.push_back(role.plan->name);
  return names;
}

Status Supervisor::watch() {
  deadline_ns_ = started_at_ + static_cast<int64_t>(plan_.deadline_ms) * 1'000'000;
  processor_time_ns_ = own_processor_time_ns();
  for (;;) {
    progressed_ = false;
    while (std::optional<Stop> stop = tracer_.poll()) {
      progressed_ = true;
      TRY(on_stop(*stop));
      if (busy_role_ < 0) continue;
      say_stuck(EventKind::busy, idle_calls_.most_made_of(busy_role_), busy_role_,
                idle_calls_.longest_of(busy_role_));
      return done();
    }
    TRY(advance());
    if (all_started() && tracer_.is_empty()) return done();
    if (is_overdue()) {
      say_stuck(EventKind::deadline);
      return done();
    }
    if (progressed_) {
      pace_ns_ = first_pace_ns();
      agreeing_looks_ = 0;
      if (!tracer_.wait(0, interrupt_)) continue;
      is_interrupted_ = true;
      return done();
    }
    if (look_around()) return done();
    TRY(act_on_due_faults());
    if (progressed_) continue;
    if (tracer_.wait(pace_ns_, interrupt_)) {
      is_interrupted_ = true;
      return done();
    }
    pace_ns_ = std::min(pace_ns_ * 2, kSlowestPace_ns);
  }
}

// A deadline is for what a case does with its processor. Where others had a part of that, and somebody here
// would run if he could, it is put off by what is missing; else a busy machine would end cases that are on
// their way.
bool Supervisor::is_overdue() {
  const int64_t now = now_ns();
  if (now <= deadline_ns_) return false;
  const int64_t allowed_ns = static_cast<int64_t>(plan_.deadline_ms) * 1'000'000;
  if (now - started_at_ > kMostDeadlines * allowed_ns) return true;
  int64_t used_ns = own_processor_time_ns() - processor_time_ns_;
  bool is_somebody_runnable = false;
  for (const CaseProcess& process : processes()) {
    used_ns += processor_time_ns_of(process.pid);
    for (const pid_t tid : threads_of(process.pid)) {
      const auto thread = read_thread(process.pid, tid);
      is_somebody_runnable = is_somebody_runnable || (thread && thread->state == 'R');
    }
  }
  if (!is_somebody_runnable || used_ns * 10 > allowed_ns * 9) return true;
  deadline_ns_ = now + allowed_ns - used_ns;
  return false;
}

int64_t Supervisor::first_pace_ns() const {
  const bool is_somebody_held = std::any_of(faults_.begin(), faults_.end(), [](const FaultRun& fault) {
    return fault.state == FaultRun::State::entering || fault.state == FaultRun::State::holding ||
           fault.awaits_resume();
  });
  return is_somebody_held || !awaiting_turn_.empty() ? kEagerPace_ns : kFirstPace_ns;
}

Status Supervisor::advance() {
  TRY(act_on_due_faults());
  for (size_t i = 0; i < roles_.size(); ++i) check_ready(i);
  TRY(start_due_roles());
  return turn_order_ ? give_scheduled_turn() : give_turns();
}

Status Supervisor::on_stop(const Stop& stop) {
  return waits_for_schedule(stop) ? done() : on_stop_in_turn(stop);
}

Status Supervisor::on_stop_in_turn(const Stop& stop) {
  switch (stop.kind) {
    case Stop::Kind::at_main:
      tracer_.resume(stop.tid);
      return done();
    case Stop::Kind::parked:
      return on_parked(stop);
    case Stop::Kind::call_enter:
    case Stop::Kind::call_exit:
      return on_call(stop);
    case Stop::Kind::signal:
      tracer_.resume(stop.tid, stop.signal);
      return done();
    case Stop::Kind::executed:
      say(EventKind::task, "exec", stop.role).pid = stop.pid;
      note_descriptors("exec", stop.pid, stop.role);
      tracer_.resume(stop.tid);
      return done();
    case Stop::Kind::new_task: {
      RoleRun& role = roles_[static_cast<size_t>(stop.role)];
      role.has_children = role.has_children || !stop.is_thread;
      known_[stop.tid] = {.role = role.plan->name, .pid = stop.pid};
      if (!stop.is_thread) links_.remember(stop.pid, role.plan->name);
      add_to_schedule(stop.tid, stop.role);
      Event& event = say(EventKind::task, stop.is_thread ? "thread" : "child", stop.role);
      event.pid = stop.pid;
      event.tid = stop.tid;
      return done();
    }
    case Stop::Kind::instruction:
      return on_instruction(stop);
    case Stop::Kind::region_end:
      say_region_end(stop.tid, stop.nth, stop.trail);
      tracer_.resume(stop.tid);
      return done();
    case Stop::Kind::ending:
      forget_turn(stop.tid);  // it was killed where it stood
      say_region_end(stop.tid, stop.nth, stop.trail);
      return on_ending(stop);
    case Stop::Kind::ended:
      on_ended(stop);
      return done();
  }
  return done();
}

// A thread that ends alone is not its process's end.
Status Supervisor::on_ending(const Stop& stop) {
  if (!stop.is_thread) note_descriptors("end", stop.pid, stop.role);
  if (stop.pid == roles_[static_cast<size_t>(stop.role)].pid) {
    Event& event = say(EventKind::ending, stop.is_thread ? "thread" : "process", stop.role);
    event.tid = stop.tid;
  }
  if (!stop.is_thread) {
    return arrive({.tid = stop.tid,
                   .pid = stop.pid,
                   .role = stop.role,
                   .counted = {{{.kind = InjectionPoint::Kind::ending}, 1}}});
  }
  tracer_.resume(stop.tid);
  return done();
}

void Supervisor::on_ended(const Stop& stop) {
  forget_turn(stop.tid);
  if (const auto known = known_.find(stop.tid); known != known_.end()) known->second.is_alive = false;
  for (FaultRun& fault : faults_) {
    const bool was_held = fault.state == FaultRun::State::entering ||
                          fault.state == FaultRun::State::holding || fault.state == FaultRun::State::stopped;
    if (was_held && (fault.tid == stop.tid || fault.pid == stop.tid)) fault.state = FaultRun::State::over;
  }
  if (stop.is_thread) return;
  RoleRun& role = roles_[static_cast<size_t>(stop.role)];
  if (stop.pid != role.pid) {
    say(EventKind::task, "child-ended", stop.role).pid = stop.pid;
    return;
  }
  check_ready(static_cast<size_t>(stop.role));
  role.has_ended = true;
  if (stop.by_signal) {
    say(EventKind::ended, "signal", stop.role,
        {{"signal", stop.signal}, {"signal_name", signal_name(stop.signal)}});
  } else {
    say(EventKind::ended, "exit", stop.role, {{"code", stop.exit_code}});
  }
}

// A SIGSTOP: a probe that parks, or a stop that someone else sent and that is none of our business.
Status Supervisor::on_parked(const Stop& stop) {
  const auto parked = parked_at(stop);
  if (!parked) {
    if (tracer_.traced()) tracer_.let_stop(stop.tid);
    return done();
  }
  const At at{.tid = stop.tid,
              .pid = stop.pid,
              .role = stop.role,
              .counted = {{{.kind = InjectionPoint::Kind::probe, .name = parked->probe}, parked->nth}}};
  if (parked->nth == 1) begin_region(at, *parked);
  return arrive(at);
}

nlohmann::json Supervisor::call_details(const Stop& stop, InjectionPoint::Edge edge) const {
  const auto args = last_args_.find(stop.tid);
  nlohmann::json data = {{"args", args != last_args_.end() ? args->second : stop.args}};
  if (edge == InjectionPoint::Edge::exit) data["result"] = stop.result;
  if (stop.call != SYS_futex || args == last_args_.end()) return data;
  const FutexPlace place = place_of(stop.pid, args->second[0]);
  data["futex"] = {
      {"object", place.object}, {"offset", place.offset}, {"operation", futex_operation(args->second[1])}};
  if (edge == InjectionPoint::Edge::exit) data["futex"]["result"] = stop.result;
  return data;
}

// A tracer knows where main begins. Without one the probe library says it; of a program that has none no more
// is known than that its loader is done.
bool Supervisor::counts_calls(const Stop& stop) {
  if (tracer_.traced() || begun_.count(stop.pid) != 0) return true;
  const RoleRun& role = roles_[static_cast<size_t>(stop.role)];
  const bool has_begun = role.plan->probes.empty()
                             ? is_past_entry(stop.pid, auxiliary_value(stop.pid, AT_ENTRY))
                             : role.files->journal.is_attached();
  if (has_begun) begun_.insert(stop.pid);
  return has_begun;
}

Status Supervisor::on_call(const Stop& stop) {
  if (!counts_calls(stop)) {
    tracer_.resume(stop.tid);
    return done();
  }
  return waits_for_turn(stop) ? done() : on_call_in_turn(stop);
}

Status Supervisor::on_call_in_turn(const Stop& stop) {
  const bool is_entry = stop.kind == Stop::Kind::call_enter;
  const auto edge = is_entry ? InjectionPoint::Edge::enter : InjectionPoint::Edge::exit;
  if (is_entry) last_args_[stop.tid] = stop.args;
  if (tracer_.traced()) ledger_.on_call(stop, last_args_[stop.tid]);
  if (watches(kEveryCall)) note_call(stop, edge);
  if (watches("calls") && idle_calls_.on_call(stop, tracer_.tasks())) busy_role_ = stop.role;
  if (!is_entry && on_return(stop)) return done();
  if (calls_[static_cast<size_t>(stop.role)].count(stop.call) == 0) {
    tracer_.resume(stop.tid);
    return done();
  }
  if (explored_[static_cast<size_t>(stop.role)]) meet(stop);
  At at{.tid = stop.tid, .pid = stop.pid, .role = stop.role, .data = call_details(stop, edge)};
  const InjectionPoint point{
      .kind = InjectionPoint::Kind::syscall, .name = syscall_name(stop.call), .edge = edge};
  at.counted.emplace_back(point, ++arrivals_[{stop.pid, to_string(point)}]);
  for (const InjectionPoint& wanted : on_objects_[static_cast<size_t>(stop.role)]) {
    const bool is_this_call = wanted.name == point.name && wanted.edge == edge;
    if (!is_this_call || !is_call_on(wanted.object, stop)) continue;
    at.counted.emplace_back(wanted, ++arrivals_[{stop.pid, to_string(wanted)}]);
  }
  return arrive(at);
}

void Supervisor::meet(const Stop& stop) {
  const bool is_entry = stop.kind == Stop::Kind::call_enter;
  const std::array<uint64_t, 6>& args = last_args_[stop.tid];
  if (stop.call == SYS_tgkill && args[2] == SIGSTOP)
    return;  // how the probe library parks: not the program's
  MetCalls::Call call{.pid = stop.pid,
                      .role = stop.role,
                      .name = syscall_name(stop.call),
                      .edge = is_entry ? InjectionPoint::Edge::enter : InjectionPoint::Edge::exit,
                      .args = args};
  if (is_entry) call.asked = bytes_asked(stop.pid, call.name, args);
  const int number = static_cast<int>(call.args[0]);
  const auto open = takes_descriptor(call.name) ? read_descriptor(stop.pid, number) : std::nullopt;
  if (open) {
    const std::string word = kind_word(*open);
    call.object = {.kind = open->kind,
                   .is_nonblocking = open->is_nonblocking,
                   .is_edge_triggered = is_edge_triggered(stop.pid, number)};
    std::vector<std::string>& words = call.object.words;  // the best first
    if (links_.is_named(std::string(kAnyLink), *open, process_of(stop.pid, stop.role), processes()))
      words.emplace_back(kAnyLink);
    if (!word.empty()) words.push_back(word);
    words.push_back(std::to_string(number));
  }
  met_calls_.on_call(call);
  if (!is_entry || never_interrupted(call.name, call.object.kind) != "") return;
  const std::vector<int> caught = caught_signals(stop.pid);
  caught_signals_.insert(caught.begin(), caught.end());
}

CaseProcess Supervisor::process_of(pid_t pid, int role) const {
  return {.pid = pid, .instance = roles_[static_cast<size_t>(role)].plan->name};
}

// Those that are alive, each once.
std::vector<CaseProcess> Supervisor::processes() const {
  std::vector<CaseProcess> all;
  for (const Tracer::Task& task : tracer_.tasks()) {
    if (task.tid == task.pid && task.role >= 0) all.push_back(process_of(task.pid, task.role));
  }
  return all;
}

bool Supervisor::is_call_on(const std::string& object, const Stop& stop) {
  const auto descriptor = read_descriptor(stop.pid, static_cast<int>(last_args_[stop.tid][0]));
  return descriptor && links_.is_named(object, *descriptor, process_of(stop.pid, stop.role), processes());
}

bool Supervisor::is_due(const Fault& fault, const At& at) const {
  if (!fault.onwards) return is_match({.role = fault.victim, .point = fault.at, .nth = fault.arrival}, at);
  const auto is_there = [&](const auto& counted) {
    return counted.first == fault.at && counted.second >= fault.arrival;
  };
  return std::any_of(at.counted.begin(), at.counted.end(), is_there) &&
         names_instance(fault.victim, roles_[static_cast<size_t>(at.role)].plan->name);
}

bool Supervisor::is_match(const Arrival& arrival, const At& at) const {
  const std::pair<InjectionPoint, int> wanted(arrival.point, arrival.nth);
  return std::count(at.counted.begin(), at.counted.end(), wanted) != 0 &&
         names_instance(arrival.role, roles_[static_cast<size_t>(at.role)].plan->name);
}

// A task stands at a point. Whoever waited for that is told; the first fault that wants it as a victim keeps
// it.
Status Supervisor::arrive(const At& at) {
  RoleRun& role = roles_[static_cast<size_t>(at.role)];
  bool is_awaited = false;
  for (FaultRun& fault : faults_) {
    if (fault.plan->hold.until == Hold::Until::arrival && is_match(fault.plan->hold.arrival, at)) {
      fault.hold_is_over = is_awaited = true;
    }
    if (fault.plan->resume.until == Hold::Until::arrival && is_match(fault.plan->resume.arrival, at)) {
      fault.resume_is_due = is_awaited = true;
    }
  }
  const Ready& ready = role.plan->ready;
  if (!role.is_ready && ready.point &&
      is_match({.role = role.plan->name, .point = *ready.point, .nth = ready.nth}, at)) {
    role.is_ready = true;
    say(EventKind::ready, to_string(*ready.point), at.role);
  }
  FaultRun* taken_by = nullptr;
  for (FaultRun& fault : faults_) {
    if (fault.state != FaultRun::State::waiting || !is_due(*fault.plan, at)) continue;
    taken_by = &fault;
    break;
  }
  if (is_awaited || taken_by != nullptr) note_arrival(at);
  if (taken_by == nullptr) {
    tracer_.resume(at.tid);
    return done();
  }
  taken_by->state = FaultRun::State::holding;
  taken_by->role = at.role;
  taken_by->pid = at.pid;
  taken_by->tid = at.tid;
  for (const auto& [point, nth] : at.counted) {
    if (point == taken_by->plan->at) taken_by->nth = nth;
  }
  taken_by->where = at.data;
  if (taken_by->plan->hold.until == Hold::Until::now) taken_by->hold_is_over = true;
  if (taken_by->plan->hold.until == Hold::Until::blocked) let_enter(*taken_by);
  return done();
}

// A program that makes calls without end must not fill the record.
void Supervisor::note_call(const Stop& stop, InjectionPoint::Edge edge) {
  constexpr int kMostCalls = 20'000;
  if (++noted_calls_ > kMostCalls) {
    if (noted_calls_ == kMostCalls + 1) {
      say(EventKind::note, "", -1,
          {{"text",
            "only the first " + std::to_string(kMostCalls) + " entries and exits of calls are recorded"}});
    }
    return;
  }
  const InjectionPoint point{
      .kind = InjectionPoint::Kind::syscall, .name = syscall_name(stop.call), .edge = edge};
  nlohmann::json data = told_call(stop, last_args_[stop.tid]);
  if (data.contains("fill")) name_link(data["fill"], stop.pid, static_cast<int>(last_args_[stop.tid][0]));
  Event& event = say(EventKind::arrived, to_string(point), stop.role, std::move(data));
  event.pid = stop.pid;
  event.tid = stop.tid;
}

// "link data" instead of pipe:[4711], where the scenario has a name for it.
void Supervisor::name_link(nlohmann::json& fill, pid_t pid, int number) const {
  const auto open = read_descriptor(pid, number);
  const std::string link = open ? links_.name_of(*open) : "";
  if (!link.empty()) fill["object"] = "link " + link;
}

// A probe's arrivals stand in the journal.
void Supervisor::note_arrival(const At& at) {
  for (const auto& [point, nth] : at.counted) {
    if (point.kind == InjectionPoint::Kind::probe) continue;
    if (watches(kEveryCall) && point.object.empty()) continue;  // it stands there already
    nlohmann::json data = at.data;
    data["nth"] = nth;
    Event& event = say(EventKind::arrived, to_string(point), at.role, data);
    event.pid = at.pid;
    event.tid = at.tid;
  }
}

// Nothing has happened for a while: looks at every thread. True when the case is over.
bool Supervisor::look_around() {
  if (!awaiting_turn_.empty()) return false;
  const Motion motion = observe_motion(tracer_.tasks());
  if (motion == Motion::moving) {
    agreeing_looks_ = 0;
    return false;
  }
  const bool somebody_is_held = std::any_of(faults_.begin(), faults_.end(), [](const FaultRun& fault) {
    return fault.state == FaultRun::State::holding || fault.awaits_resume();
  });
  if (somebody_is_held) {
    note_settled(motion);
    return false;
  }
  if (all_started() && all_ended()) return true;  // only stray children are left, and they sleep
  if (motion != Motion::still || ++agreeing_looks_ < kLooksBeforeDeadlock) return false;
  say_stuck(EventKind::deadlock);
  return true;
}

// Everybody but the held victims sleeps. Faults that waited for that are due; one that waits for an arrival
// which nobody is left to make will wait for ever, and is given up.
void Supervisor::note_settled(Motion motion) {
  // One that sleeps in the call in which it will be hit has not settled yet.
  const auto is_entering = [](const FaultRun& fault) { return fault.state == FaultRun::State::entering; };
  if (std::any_of(faults_.begin(), faults_.end(), is_entering)) return;
  bool anything_due = false;
  for (FaultRun& fault : faults_) {
    if (fault.state == FaultRun::State::holding && fault.plan->hold.until == Hold::Until::settled) {
      fault.hold_is_over = anything_due = true;
    }
    if (fault.awaits_resume() && fault.plan->resume.until != Hold::Until::arrival) {
      fault.resume_is_due = anything_due = true;
    }
  }
  if (anything_due) {
    say(EventKind::settled, "");
    return;
  }
  if (motion != Motion::still || ++agreeing_looks_ < kLooksBeforeDeadlock) return;
  agreeing_looks_ = 0;
  for (FaultRun& fault : faults_) {
    const bool is_held = fault.state == FaultRun::State::holding || fault.state == FaultRun::State::stopped;
    if (is_held) let_go(fault, std::string(kHeldInVain), {{"in_vain", &fault - faults_.data()}});
    if (fault.state == FaultRun::State::keeping && fault.awaits_resume()) let_copies_go(fault);
  }
}

}  // namespace harness
