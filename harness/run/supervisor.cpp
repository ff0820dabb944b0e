#include "run/supervisor.h"

#include <linux/futex.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "inject/injector.h"
#include "os/clock.h"
#include "os/files.h"
#include "os/program.h"
#include "os/syscalls.h"
#include "os/tracer.h"
#include "run/journal.h"
#include "run/ledger.h"
#include "run/postmortem.h"
#include "run/quiescence.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kFirstPace_ns = 50'000;      // how long nothing must happen before the threads are looked at
constexpr int64_t kSlowestPace_ns = 4'000'000;  // and at most between two looks
constexpr int kLooksBeforeDeadlock = 3;         // a deadlock is said when that many looks in a row agree
constexpr size_t kOutputKept = 2048;            // bytes of a role's output that go into the history

// A role instance and its first process.
struct RoleRun {
  const RoleInstance* plan = nullptr;
  std::unique_ptr<RoleJournal> journal;
  std::string stdout_path;
  std::string stderr_path;
  pid_t pid = 0;
  bool is_started = false;
  bool is_ready = false;
  bool has_ended = false;
};

// Where a fault stands.
struct FaultRun {
  enum class State { waiting, holding, stopped, over };

  const Fault* plan = nullptr;
  const Injector* injector = nullptr;
  State state = State::waiting;
  int role = -1;
  pid_t pid = 0;
  pid_t tid = 0;
  int nth = 0;
  bool hold_is_over = false;    // the arrival that was waited for has come
  bool resume_is_due = false;
  nlohmann::json where = nlohmann::json::object();  // what is known of the point: call arguments, result, futex
};

// A task that stands still at a point.
struct At {
  pid_t tid = 0;
  pid_t pid = 0;
  int role = 0;
  InjectionPoint point;
  int nth = 0;
  nlohmann::json data = nlohmann::json::object();
};

class Supervisor {
 public:
  Supervisor(const Case& plan, const Ground& ground, int interrupt)
      : plan_(plan), ground_(ground), interrupt_(interrupt), tracer_(ground.can_trace), ledger_(ground.sandbox) {}

  Result<CaseRun> run() {
    started_at_ = now_ns();
    TRY(prepare());
    const Status outcome = watch();
    const bool was_interrupted = is_interrupted_;
    finish();
    TRY(outcome);
    CaseRun result{.history = collect(), .duration_ns = now_ns() - started_at_, .interrupted = was_interrupted};
    return result;
  }

 private:
  // --- before ------------------------------------------------------------------------------------------------------
  Status prepare();
  Status prepare_faults();
  Status prepare_roles();
  void arm_probes(const Arrival& arrival);
  void watch_call(const Arrival& arrival);
  std::vector<Arrival> awaited_arrivals() const;
  std::string fill(std::string text) const;

  // --- during ------------------------------------------------------------------------------------------------------
  Status watch();
  Status advance();
  Status start_due_roles();
  Status start(size_t role);
  void check_ready(size_t role);
  Status on_stop(const Stop& stop);
  Status on_parked(const Stop& stop);
  Status on_call(const Stop& stop);
  Status arrive(const At& at);
  bool is_match(const Arrival& arrival, const At& at) const;
  Status act(FaultRun& fault);
  void let_go(FaultRun& fault, const std::string& why);
  Status act_on_due_faults();
  bool look_around();
  void note_settled(Motion motion);
  void on_ended(const Stop& stop);
  nlohmann::json call_details(const Stop& stop, InjectionPoint::Edge edge) const;

  // --- after -------------------------------------------------------------------------------------------------------
  void say_stuck(EventKind kind);
  void finish();
  void note_residue();
  History collect();
  void add_output(History& history) const;

  Event& say(EventKind kind, std::string name, int role = -1, nlohmann::json data = nlohmann::json::object());
  bool all_started() const;
  bool all_ended() const;
  std::vector<std::string> role_names() const;

  const Case& plan_;
  const Ground& ground_;
  int interrupt_;
  Tracer tracer_;
  Ledger ledger_;
  std::string directory_;
  std::vector<RoleRun> roles_;
  std::vector<FaultRun> faults_;
  std::vector<std::set<long>> calls_;  // by role: the calls that stop
  std::vector<std::set<long>> exits_;  // by role: those that stop at exit as well
  std::map<std::pair<pid_t, std::string>, int> arrivals_;  // by process and system call point
  std::map<pid_t, std::array<uint64_t, 6>> last_args_;     // by task: of the call that it is in
  std::map<pid_t, Known> known_;
  History events_;
  int64_t started_at_ = 0;
  int64_t pace_ns_ = kFirstPace_ns;
  int agreeing_looks_ = 0;
  bool is_interrupted_ = false;
  bool progressed_ = false;
};

Event& Supervisor::say(EventKind kind, std::string name, int role, nlohmann::json data) {
  Event event{.time_ns = now_ns(), .kind = kind, .name = std::move(name), .data = std::move(data)};
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

// --- before --------------------------------------------------------------------------------------------------------

Status Supervisor::prepare() {
  empty_directory(ground_.sandbox.scratch);
  directory_ = ground_.sandbox.scratch + "/tmp";
  for (const std::string& path : {directory_, ground_.sandbox.scratch + "/journals"}) {
    if (::mkdir(path.c_str(), 0777) != 0) return system_error("cannot make " + path);
  }
  ledger_.begin();
  TRY(prepare_roles());
  return prepare_faults();
}

Status Supervisor::prepare_roles() {
  const std::string journals = ground_.sandbox.scratch + "/journals/";
  for (const RoleInstance& instance : plan_.roles) {
    RoleRun role{.plan = &instance,
                 .stdout_path = journals + instance.name + ".stdout",
                 .stderr_path = journals + instance.name + ".stderr"};
    ASSIGN_OR_RETURN(RoleJournal journal, RoleJournal::create(journals + instance.name, instance.probes));
    role.journal = std::make_unique<RoleJournal>(std::move(journal));
    roles_.push_back(std::move(role));
  }
  calls_.resize(roles_.size());
  exits_.resize(roles_.size());
  for (const Arrival& arrival : awaited_arrivals()) {
    if (arrival.point.kind == InjectionPoint::Kind::probe) {
      arm_probes(arrival);
    } else {
      watch_call(arrival);
    }
  }
  return done();
}

Status Supervisor::prepare_faults() {
  for (const Fault& fault : plan_.faults) {
    ASSIGN_OR_RETURN(const Injector* const injector, injector_for(fault));
    faults_.push_back({.plan = &fault, .injector = injector});
  }
  return done();
}

// Every arrival that this case waits for: for a fault, for the end of a hold, for a role to be ready.
std::vector<Arrival> Supervisor::awaited_arrivals() const {
  std::vector<Arrival> all;
  for (const Fault& fault : plan_.faults) {
    all.push_back({.role = fault.victim, .point = fault.at, .nth = fault.arrival});
    for (const Hold& hold : {fault.hold, fault.resume}) {
      if (hold.until == Hold::Until::arrival) all.push_back(hold.arrival);
    }
  }
  for (const RoleInstance& role : plan_.roles) {
    if (role.ready.point) all.push_back({.role = role.name, .point = *role.ready.point, .nth = role.ready.nth});
  }
  return all;
}

void Supervisor::arm_probes(const Arrival& arrival) {
  for (RoleRun& role : roles_) {
    if (names_instance(arrival.role, role.plan->name)) role.journal->park_at(arrival.point.name, arrival.nth);
  }
}

void Supervisor::watch_call(const Arrival& arrival) {
  const auto number = syscall_number(arrival.point.name);
  CHECK(number.ok()) << arrival.point.name;  // the planner has checked the name
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!names_instance(arrival.role, roles_[i].plan->name)) continue;
    calls_[i].insert(*number);
    if (arrival.point.edge == InjectionPoint::Edge::exit) exits_[i].insert(*number);
  }
}

std::string Supervisor::fill(std::string text) const {
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"{tmp}", directory_},
                                   {"{name}", ledger_.unique_name()}}) {
    for (size_t at = 0; (at = text.find(key, at)) != std::string::npos; at += value.size()) {
      text.replace(at, key.size(), value);
    }
  }
  return text;
}

// --- during --------------------------------------------------------------------------------------------------------

Status Supervisor::watch() {
  const int64_t deadline_ns = started_at_ + static_cast<int64_t>(plan_.deadline_ms) * 1'000'000;
  for (;;) {
    progressed_ = false;
    while (std::optional<Stop> stop = tracer_.poll()) {
      progressed_ = true;
      TRY(on_stop(*stop));
    }
    TRY(advance());
    if (all_started() && tracer_.is_empty()) return done();
    if (now_ns() > deadline_ns) {
      say_stuck(EventKind::deadline);
      return done();
    }
    if (progressed_) {
      pace_ns_ = kFirstPace_ns;
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

Status Supervisor::advance() {
  TRY(act_on_due_faults());
  for (size_t i = 0; i < roles_.size(); ++i) check_ready(i);
  return start_due_roles();
}

// Roles start in the order of the scenario; each waits until all before it are ready, or over.
Status Supervisor::start_due_roles() {
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!roles_[i].is_started) TRY(start(i));
    // Instances of one role start together; the next role waits for all of them.
    const bool next_is_same_role = i + 1 < roles_.size() && role_of(roles_[i + 1].plan->name) == role_of(roles_[i].plan->name);
    if (next_is_same_role) continue;
    for (size_t k = 0; k <= i; ++k) {
      if (!roles_[k].is_ready && !roles_[k].has_ended) return done();
    }
  }
  return done();
}

Status Supervisor::start(size_t index) {
  RoleRun& role = roles_[index];
  Launch order{.environment = {{"HARNESS_JOURNAL", role.journal->path()}},
               .directory = plan_.directory.empty() ? directory_ : plan_.directory,
               .stdout_path = role.stdout_path,
               .stderr_path = role.stderr_path};
  for (const std::string& word : role.plan->command) order.command.push_back(fill(word));
  for (const auto& [key, value] : role.plan->environment) order.environment[key] = fill(value);
  ASSIGN_OR_RETURN(order.program, find_program(order.command.front(), plan_.directory));
  ASSIGN_OR_RETURN(const Program program, inspect_program(order.program));
  std::set<long> wanted = calls_[index];
  std::set<long> wanted_exits = exits_[index];
  ledger_.watch(wanted, wanted_exits);
  if (tracer_.traced()) {
    std::vector<long> filtered(wanted.begin(), wanted.end());
    for (const long call : alarm_calls()) filtered.push_back(call);
    ASSIGN_OR_RETURN(order.filter, trace_filter(filtered));
  }
  auto pid = tracer_.start(static_cast<int>(index), order, program.entry, program.main, wanted, wanted_exits);
  if (!pid) return Error(pid.error()).in("role " + role.plan->name);
  role.pid = *pid;
  role.is_started = true;
  known_[*pid] = {.role = role.plan->name, .pid = *pid};
  say(EventKind::spawned, fs::path(order.program).filename().string(), static_cast<int>(index),
      {{"command", order.command}});
  role.is_ready = !role.plan->ready.is_given();
  progressed_ = true;
  return done();
}

// The conditions that are read from outside; arrivals at points come through arrive().
void Supervisor::check_ready(size_t index) {
  RoleRun& role = roles_[index];
  if (!role.is_started || role.is_ready) return;
  const Ready& ready = role.plan->ready;
  std::string shown_by;
  if (!ready.path.empty() && exists(fill(ready.path))) shown_by = "path";
  if (!ready.stdout_text.empty()) {
    const auto text = read_file(role.stdout_path);
    if (text && text->find(ready.stdout_text) != std::string::npos) shown_by = "stdout";
  }
  if (shown_by.empty()) return;
  role.is_ready = true;
  progressed_ = true;
  say(EventKind::ready, shown_by, static_cast<int>(index));
}

Status Supervisor::on_stop(const Stop& stop) {
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
      tracer_.resume(stop.tid);
      return done();
    case Stop::Kind::new_task: {
      const RoleRun& role = roles_[static_cast<size_t>(stop.role)];
      known_[stop.tid] = {.role = role.plan->name, .pid = stop.pid};
      Event& event = say(EventKind::task, stop.is_thread ? "thread" : "child", stop.role);
      event.pid = stop.pid;
      event.tid = stop.tid;
      return done();
    }
    case Stop::Kind::ending:
      if (stop.pid == roles_[static_cast<size_t>(stop.role)].pid) {
        Event& event = say(EventKind::ending, stop.is_thread ? "thread" : "process", stop.role);
        event.tid = stop.tid;
      }
      tracer_.resume(stop.tid);
      return done();
    case Stop::Kind::ended:
      on_ended(stop);
      return done();
  }
  return done();
}

void Supervisor::on_ended(const Stop& stop) {
  if (const auto known = known_.find(stop.tid); known != known_.end()) known->second.is_alive = false;
  for (FaultRun& fault : faults_) {
    const bool was_held = fault.state == FaultRun::State::holding || fault.state == FaultRun::State::stopped;
    if (was_held && (fault.tid == stop.tid || fault.pid == stop.tid)) fault.state = FaultRun::State::over;
  }
  if (stop.is_thread) return;
  RoleRun& role = roles_[static_cast<size_t>(stop.role)];
  if (stop.pid != role.pid) {
    say(EventKind::task, "child-ended", stop.role).pid = stop.pid;
    return;
  }
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
  const RoleRun& role = roles_[static_cast<size_t>(stop.role)];
  const auto parked = role.journal->parked(stop.pid, stop.tid);
  if (!parked) {
    if (tracer_.traced()) tracer_.let_stop(stop.tid);
    return done();
  }
  return arrive({.tid = stop.tid,
                 .pid = stop.pid,
                 .role = stop.role,
                 .point = {.kind = InjectionPoint::Kind::probe, .name = parked->probe},
                 .nth = parked->nth});
}

nlohmann::json Supervisor::call_details(const Stop& stop, InjectionPoint::Edge edge) const {
  const auto args = last_args_.find(stop.tid);
  nlohmann::json data = {{"args", args != last_args_.end() ? args->second : stop.args}};
  if (edge == InjectionPoint::Edge::exit) data["result"] = stop.result;
  if (stop.call != SYS_futex || args == last_args_.end()) return data;
  const FutexPlace place = place_of(stop.pid, args->second[0]);
  data["futex"] = {{"object", place.object}, {"offset", place.offset}, {"operation", futex_operation(args->second[1])}};
  if (edge == InjectionPoint::Edge::exit) data["futex"]["result"] = stop.result;
  return data;
}

Status Supervisor::on_call(const Stop& stop) {
  const bool is_entry = stop.kind == Stop::Kind::call_enter;
  const auto edge = is_entry ? InjectionPoint::Edge::enter : InjectionPoint::Edge::exit;
  if (is_entry) last_args_[stop.tid] = stop.args;
  ledger_.on_call(stop, last_args_[stop.tid]);
  if (calls_[static_cast<size_t>(stop.role)].count(stop.call) == 0) {
    tracer_.resume(stop.tid);
    return done();
  }
  const InjectionPoint point{.kind = InjectionPoint::Kind::syscall, .name = syscall_name(stop.call), .edge = edge};
  const int nth = ++arrivals_[{stop.pid, to_string(point)}];
  return arrive({.tid = stop.tid, .pid = stop.pid, .role = stop.role, .point = point, .nth = nth,
                 .data = call_details(stop, edge)});
}

bool Supervisor::is_match(const Arrival& arrival, const At& at) const {
  return arrival.point == at.point && arrival.nth == at.nth &&
         names_instance(arrival.role, roles_[static_cast<size_t>(at.role)].plan->name);
}

// A task stands at a point. Whoever waited for that is told; the first fault that wants it as a victim keeps it.
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
  if (!role.is_ready && role.plan->ready.point && *role.plan->ready.point == at.point && role.plan->ready.nth == at.nth) {
    role.is_ready = true;
    say(EventKind::ready, to_string(at.point), at.role);
  }
  FaultRun* taken_by = nullptr;
  for (FaultRun& fault : faults_) {
    const Arrival wanted{.role = fault.plan->victim, .point = fault.plan->at, .nth = fault.plan->arrival};
    if (fault.state != FaultRun::State::waiting || !is_match(wanted, at)) continue;
    taken_by = &fault;
    break;
  }
  if (at.point.kind == InjectionPoint::Kind::syscall && (is_awaited || taken_by != nullptr)) {
    nlohmann::json data = at.data;
    data["nth"] = at.nth;
    Event& event = say(EventKind::arrived, to_string(at.point), at.role, data);
    event.pid = at.pid;
    event.tid = at.tid;
  }
  if (taken_by == nullptr) {
    tracer_.resume(at.tid);
    return done();
  }
  taken_by->state = FaultRun::State::holding;
  taken_by->role = at.role;
  taken_by->pid = at.pid;
  taken_by->tid = at.tid;
  taken_by->nth = at.nth;
  taken_by->where = at.data;
  if (taken_by->plan->hold.until == Hold::Until::now) taken_by->hold_is_over = true;
  return done();
}

// The door that an injector has to a held task.
class HeldVictim : public Victim {
 public:
  HeldVictim(Tracer& tracer, RoleJournal& journal, const FaultRun& fault)
      : tracer_(tracer), journal_(journal), fault_(fault) {}

  Status send_signal(int signal) override {
    if (::kill(fault_.pid, signal) != 0) return system_error("kill");
    return done();
  }

  Status fail_call(int error) override {
    if (!tracer_.traced()) return unavailable("failing a system call needs ptrace, which is denied here");
    return tracer_.fail_call(fault_.tid, error, fault_.plan->at.edge == InjectionPoint::Edge::enter);
  }

  Status fail_probe(int result) override {
    journal_.answer(fault_.pid, result);
    return done();
  }

 private:
  Tracer& tracer_;
  RoleJournal& journal_;
  const FaultRun& fault_;
};

Status Supervisor::act(FaultRun& fault) {
  RoleRun& role = roles_[static_cast<size_t>(fault.role)];
  HeldVictim victim(tracer_, *role.journal, fault);
  nlohmann::json data = fault.where;
  data["fault"] = &fault - faults_.data();
  data["at"] = to_string(fault.plan->at);
  data["nth"] = fault.nth;
  data["hold"] = to_string(fault.plan->hold);
  // Stamped before the deed, so that everything that the death lets happen comes after it.
  Event& event = say(EventKind::fault, fault.plan->action.name, fault.role, data);
  event.pid = fault.pid;
  event.tid = fault.tid;
  const size_t event_index = events_.size() - 1;
  auto performed = fault.injector->perform(*fault.plan, victim);
  if (!performed) return Error(performed.error()).in("fault " + to_string(*fault.plan));
  events_[event_index].data["synthetic"] = performed->synthetic;
  events_[event_index].data.update(performed->details);
  progressed_ = true;
  switch (performed->aftermath) {
    case Aftermath::dead:
      fault.state = FaultRun::State::over;
      return done();
    case Aftermath::stopped:
      fault.state = FaultRun::State::stopped;
      return done();
    case Aftermath::resumes:
      fault.state = FaultRun::State::over;
      tracer_.resume(fault.tid);
      return done();
  }
  return done();
}

void Supervisor::let_go(FaultRun& fault, const std::string& why) {
  const bool was_stopped = fault.state == FaultRun::State::stopped;
  fault.state = FaultRun::State::over;
  say(EventKind::resumed, why, fault.role);
  if (was_stopped) ::kill(fault.pid, SIGCONT);
  tracer_.resume(fault.tid);
  progressed_ = true;
}

Status Supervisor::act_on_due_faults() {
  for (FaultRun& fault : faults_) {
    if (fault.state == FaultRun::State::holding && fault.hold_is_over) TRY(act(fault));
    if (fault.state == FaultRun::State::stopped && fault.resume_is_due) let_go(fault, to_string(fault.plan->resume));
  }
  return done();
}

// Nothing has happened for a while: looks at every thread. True when the case is over.
bool Supervisor::look_around() {
  const Motion motion = observe_motion(tracer_.tasks());
  if (motion == Motion::moving) {
    agreeing_looks_ = 0;
    return false;
  }
  const bool somebody_is_held = std::any_of(faults_.begin(), faults_.end(), [](const FaultRun& fault) {
    return fault.state == FaultRun::State::holding || fault.state == FaultRun::State::stopped;
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

// Everybody but the held victims sleeps. Faults that waited for that are due; one that waits for an arrival which
// nobody is left to make will wait for ever, and is given up.
void Supervisor::note_settled(Motion motion) {
  bool anything_due = false;
  for (FaultRun& fault : faults_) {
    if (fault.state == FaultRun::State::holding && fault.plan->hold.until == Hold::Until::settled) {
      fault.hold_is_over = anything_due = true;
    }
    if (fault.state == FaultRun::State::stopped && fault.plan->resume.until != Hold::Until::arrival) {
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
    if (is_held) let_go(fault, "what it was held for never came");
  }
}

// --- after ---------------------------------------------------------------------------------------------------------

void Supervisor::say_stuck(EventKind kind) {
  nlohmann::json data = nlohmann::json::object();
  if (kind == EventKind::deadline) data["after_ms"] = plan_.deadline_ms;
  say(kind, "", -1, data);
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!roles_[i].is_started) {
      say(EventKind::note, "", -1, {{"text", roles_[i].plan->name + " was not started: a role before it was never ready"}});
    }
  }
  for (Event& event : postmortem(tracer_.tasks(), role_names(), known_)) {
    event.time_ns = now_ns();
    events_.push_back(std::move(event));
  }
}

void Supervisor::finish() {
  if (all_started() && all_ended() && !is_interrupted_) {
    for (const Tracer::Task& task : tracer_.tasks()) {
      if (task.tid != task.pid) continue;
      say(EventKind::residue, "process", task.role, {{"object", fmt::format("process {}", task.pid)}}).pid = task.pid;
    }
  }
  while (!tracer_.is_empty()) {
    tracer_.kill_all();
    while (std::optional<Stop> stop = tracer_.poll()) {
      if (stop->kind == Stop::Kind::ended) {
        on_ended(*stop);
      } else {
        tracer_.resume(stop->tid);
      }
    }
    if (!tracer_.is_empty()) tracer_.wait(kSlowestPace_ns, -1);
  }
  note_residue();
}

void Supervisor::note_residue() {
  for (const Leftover& leftover : ledger_.leftovers(directory_)) {
    if (!is_interrupted_) say(EventKind::residue, leftover.kind, -1, {{"object", leftover.object}});
    remove(leftover);
  }
  if (const std::string blind_spot = ledger_.blind_spot(tracer_.traced()); !blind_spot.empty()) {
    say(EventKind::lost, "residue", -1, {{"reason", blind_spot}});
  }
}

History Supervisor::collect() {
  History all = std::move(events_);
  for (const RoleRun& role : roles_) {
    History told = role.journal->drain(role.plan->name);
    all.insert(all.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
  }
  add_output(all);
  for (Event& event : all) event.time_ns = std::max<int64_t>(0, event.time_ns - started_at_);
  put_in_order(all);
  return all;
}

void Supervisor::add_output(History& history) const {
  for (const RoleRun& role : roles_) {
    for (const auto& [name, path] : {std::pair{"stdout", role.stdout_path}, {"stderr", role.stderr_path}}) {
      auto text = read_file(path);
      if (!text || text->empty()) continue;
      if (text->size() > kOutputKept) text = "…" + text->substr(text->size() - kOutputKept);
      history.push_back({.time_ns = now_ns(),
                         .role = role.plan->name,
                         .pid = role.pid,
                         .tid = role.pid,
                         .kind = EventKind::output,
                         .name = name,
                         .data = {{"text", *text}}});
    }
  }
}

}  // namespace

Result<CaseRun> run_case(const Case& plan, const Ground& ground, int interrupt) {
  return Supervisor(plan, ground, interrupt).run();
}

}  // namespace harness
