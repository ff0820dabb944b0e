// Starting a case: journals, points, roles.
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "os/clock.h"
#include "os/files.h"
#include "os/network.h"
#include "os/program.h"
#include "os/syscalls.h"
#include "run/handler_watch.h"
#include "run/placeholders.h"
#include "run/supervision.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// A worker runs the same programs over and over: each is read once, and again when it has changed.
struct KnownProgram {
  fs::file_time_type written;
  Program program;

  int64_t version() const { return written.time_since_epoch().count(); }
};

Result<const KnownProgram*> known_program(const std::string& path) {
  static std::map<std::string, KnownProgram> cache;
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(path, error);
  const auto known = cache.find(path);
  if (known != cache.end() && known->second.written == written) return &known->second;
  ASSIGN_OR_RETURN(Program program, inspect_program(path));
  cache[path] = {written, std::move(program)};
  return &cache[path];
}

// Likewise the filter for a set of calls.
Result<std::vector<sock_filter>> known_filter(const std::vector<long>& calls, bool traced) {
  static std::map<std::pair<bool, std::vector<long>>, std::vector<sock_filter>> cache;
  const std::pair key(traced, calls);
  const auto known = cache.find(key);
  if (known != cache.end()) return known->second;
  ASSIGN_OR_RETURN(std::vector<sock_filter> filter, traced ? trace_filter(calls) : notify_filter(calls));
  cache[key] = filter;
  return filter;
}

// As many ends as the kind has: 0, or -1 with errno.
int make_link(const std::string& kind, int (&ends)[2]) {
  if (kind == "pipe") return ::pipe2(ends, O_CLOEXEC);
  if (kind.rfind("eventfd", 0) == 0) {
    ends[0] = ::eventfd(0, EFD_CLOEXEC | (kind == "eventfd-semaphore" ? EFD_SEMAPHORE : 0));
    return ends[0] < 0 ? -1 : 0;
  }
  const int type = kind == "socketpair-dgram"       ? SOCK_DGRAM
                   : kind == "socketpair-seqpacket" ? SOCK_SEQPACKET
                                                    : SOCK_STREAM;
  return ::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends);
}

}  // namespace

Status Supervisor::prepare() {
  TRY(workplace_.begin_case());
  directory_ = workplace_.directory();
  ledger_.begin();
  say_blind_spots();
  if (plan_.network) {
    ASSIGN_OR_RETURN(network_, make_network(plan_.network->first_port, plan_.network->last_port));
  }
  TRY(make_links());
  TRY(prepare_roles());
  return prepare_faults();
}

// Which of the case's points nobody can see here.
void Supervisor::say_blind_spots() {
  if (tracer_.traced()) return;
  if (plan_.schedule)
    say(EventKind::lost, "turns", -1, {{"reason", "turns need ptrace, which is denied here"}});
  const std::vector<Arrival> all = awaited_arrivals();
  const auto is_seen = [&](const Arrival& arrival) {
    const bool is_entry = arrival.point.kind == InjectionPoint::Kind::syscall &&
                          arrival.point.edge == InjectionPoint::Edge::enter;
    return arrival.point.kind == InjectionPoint::Kind::probe || (ground_.can_notify && is_entry);
  };
  if (std::all_of(all.begin(), all.end(), is_seen)) return;
  const std::string which =
      ground_.can_notify ? "points at a call's exit and between instructions" : "system call points";
  say(EventKind::lost, "points", -1, {{"reason", which + " need ptrace, which is denied here"}});
}

Status Supervisor::make_links() {
  for (const auto& [name, kind] : plan_.links) {
    int ends[2] = {-1, -1};
    if (make_link(kind, ends) != 0) return system_error("cannot make link " + name);
    const std::vector<std::string> names = link_ends(kind);
    for (size_t i = 0; i < names.size(); ++i) {
      const Fd low(ends[i]);
      // Above every number that a role may ask for, so that placing one overwrites none.
      const std::string end = name + "." + names[i];
      link_ends_[end] = Fd(::fcntl(low.get(), F_DUPFD_CLOEXEC, 256));
      links_.declare(end, low.get());
    }
  }
  return done();
}

Status Supervisor::prepare_roles() {
  for (const RoleInstance& instance : plan_.roles) {
    RoleRun role{.plan = &instance};
    ASSIGN_OR_RETURN(role.files, workplace_.files_of(instance.name, instance.probes));
    roles_.push_back(role);
  }
  calls_.resize(roles_.size());
  exits_.resize(roles_.size());
  on_objects_.resize(roles_.size());
  explored_.resize(roles_.size());
  for (size_t i = 0; i < roles_.size(); ++i) {
    const auto names = [&](const std::string& role) { return names_instance(role, roles_[i].plan->name); };
    explored_[i] = !has_instructions(plan_.faults) && !turn_order_ &&
                   std::any_of(plan_.explored.begin(), plan_.explored.end(), names);
    if (!explored_[i]) continue;
    calls_[i] = explorable_calls();
    exits_[i] = returning_calls();
  }
  for (const RoleRun& role : roles_) {
    if (turn_order_) role.files->journal.park_everywhere();
  }
  for (const Arrival& arrival : awaited_arrivals()) {
    if (arrival.point.kind == InjectionPoint::Kind::probe) {
      arm_probes(arrival);
    } else if (arrival.point.kind == InjectionPoint::Kind::instruction) {
      arm_probes({.role = arrival.role, .point = {.name = arrival.point.name}});
    } else if (arrival.point.kind == InjectionPoint::Kind::syscall) {
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
    if (role.ready.point)
      all.push_back({.role = role.name, .point = *role.ready.point, .nth = role.ready.nth});
  }
  return all;
}

void Supervisor::arm_probes(const Arrival& arrival) {
  for (RoleRun& role : roles_) {
    if (names_instance(arrival.role, role.plan->name))
      role.files->journal.park_at(arrival.point.name, arrival.nth);
  }
}

void Supervisor::watch_call(const Arrival& arrival) {
  const auto number = syscall_number(arrival.point.name);
  CHECK(number.ok()) << arrival.point.name;  // the planner has checked the name
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!names_instance(arrival.role, roles_[i].plan->name)) continue;
    calls_[i].insert(*number);
    if (arrival.point.edge == InjectionPoint::Edge::exit) exits_[i].insert(*number);
    if (!arrival.point.object.empty()) on_objects_[i].insert(arrival.point);
  }
}

// The first call of a function would else lead through the loader, which no source shows.
bool Supervisor::steps_through(const std::string& instance) const {
  const std::vector<Arrival> all = awaited_arrivals();
  return std::any_of(all.begin(), all.end(), [&](const Arrival& arrival) {
    return arrival.point.kind == InjectionPoint::Kind::instruction && names_instance(arrival.role, instance);
  });
}

std::string Supervisor::fill(std::string text) const {
  for (const auto& [key, value] :
       {std::pair<std::string, std::string>{"{tmp}", directory_}, {"{name}", ledger_.unique_name()}}) {
    for (size_t at = 0; (at = text.find(key, at)) != std::string::npos; at += value.size()) {
      text.replace(at, key.size(), value);
    }
  }
  return text;
}

// A daemon is ready when its first process has long ended: what it left may still show it.
bool Supervisor::is_over(size_t index) const {
  if (!roles_[index].has_ended) return false;
  if (roles_[index].plan->ready.at_end) return true;
  const std::vector<Tracer::Task> tasks = tracer_.tasks();
  return std::none_of(tasks.begin(), tasks.end(),
                      [&](const Tracer::Task& task) { return task.role == static_cast<int>(index); });
}

// Roles start in the order of the scenario; each waits until all before it are ready, or over.
Status Supervisor::start_due_roles() {
  if (is_a_victim_dying()) return done();
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!roles_[i].is_started) TRY(start(i));
    // Instances of one role start together; the next role waits for all of them.
    const bool next_is_same_role =
        i + 1 < roles_.size() && role_of(roles_[i + 1].plan->name) == role_of(roles_[i].plan->name);
    if (next_is_same_role) continue;
    for (size_t k = 0; k <= i; ++k) {
      if (!roles_[k].is_ready && !is_over(k)) return done();
    }
  }
  return done();
}

Status Supervisor::start(size_t index) {
  RoleRun& role = roles_[index];
  Launch order{.role_environment = {{"HARNESS_JOURNAL", role.files->journal.path()}},
               .directory = plan_.directory.empty() ? directory_ : plan_.directory,
               .stdout_path = role.files->standard_output.path(),
               .stderr_path = role.files->standard_error.path(),
               .network = network_.get(),
               .traced = tracer_.traced()};
  for (const std::string& word : role.plan->command) order.command.push_back(fill(word));
  for (const auto& [key, value] : role.plan->environment)
    order.environment[key] = filled(fill(value), {{"{reports}", reports_of(role)}});
  for (const auto& [number, end] : role.plan->descriptors) order.descriptors[number] = link_ends_[end].get();
  if (watches_handlers(plan_)) {
    TRY(role.files->handlers.begin());
    order.environment["HARNESS_HANDLERS"] = role.files->handlers.path();  // read before main
  }
  if (steps_through(role.plan->name)) order.environment["LD_BIND_NOW"] = "1";
  ASSIGN_OR_RETURN(order.program, find_program(order.command.front(), plan_.directory));
  auto pid = start_process(index, order);
  if (!pid) return Error(pid.error()).in("role " + role.plan->name);
  role.pid = *pid;
  role.is_started = true;
  known_[*pid] = {.role = role.plan->name, .pid = *pid};
  add_to_schedule(*pid, static_cast<int>(index));
  links_.remember(*pid, role.plan->name);
  say(EventKind::spawned, fs::path(order.program).filename().string(), static_cast<int>(index),
      {{"command", order.command}});
  const bool is_main_known = tracer_.traced() ? tracer_.counts_from_main(*pid) : !role.plan->probes.empty();
  if (!calls_[index].empty() && !is_main_known) {
    say(EventKind::note, "", static_cast<int>(index),
        {{"text", "its main was not found: system calls count from the entry of " + order.program}});
  }
  role.is_ready = !role.plan->ready.is_given();
  progressed_ = true;
  if (all_started()) link_ends_.clear();  // else nobody would ever see the other end's end
  return done();
}

bool Supervisor::is_copied(const RoleRun& role) const {
  return role.plan->from_zygote && network_.get() < 0 && tracer_.traced() && workplace_.zygotes() != nullptr;
}

// Copies of one zygote play several roles, so that they report into one directory.
std::string Supervisor::reports_of(const RoleRun& role) const {
  return is_copied(role) ? workplace_.reports() : role.files->reports;
}

// A subject of ours is cloned from its zygote; a program that we know nothing of is executed afresh.
Result<pid_t> Supervisor::start_process(size_t index, Launch order) {
  ASSIGN_OR_RETURN(const KnownProgram* const known, known_program(order.program));
  const Program& program = known->program;
  if (std::count(program.modes.begin(), program.modes.end(), kRaceMode) != 0) {
    TRY(workplace_.race_shadow().provide());
    order.environment[kRaceVariable] = workplace_.race_shadow().path();
  }
  std::set<long> wanted = calls_[index];
  std::set<long> wanted_exits = exits_[index];
  const bool is_notified = !order.traced && ground_.can_notify && !wanted.empty();
  if (order.traced) ledger_.watch(wanted, wanted_exits);
  if (watches("calls")) IdleCalls::watch(wanted, wanted_exits);
  if (watches(kEveryCall)) watch_every_call(wanted, wanted_exits);
  if (takes_turns() || turn_order_) wanted.insert(explorable_calls().begin(), explorable_calls().end());
  if (turn_order_) wanted_exits.insert(returning_calls().begin(), returning_calls().end());
  if (order.traced || is_notified) {
    std::vector<long> filtered(wanted.begin(), wanted.end());
    for (const long call : alarm_calls()) filtered.push_back(call);
    ASSIGN_OR_RETURN(order.filter, known_filter(filtered, order.traced));
  }
  const auto role = static_cast<int>(index);
  if (is_copied(roles_[index])) {
    ZygotePool* const zygotes = workplace_.zygotes();
    Zygote* const zygote = zygotes->find(order, {.entry = program.entry,
                                                 .main = program.main,
                                                 .take_role = program.take_role,
                                                 .version = known->version()});
    const auto copy =
        zygote != nullptr ? zygote->clone(order.descriptors) : Result<pid_t>(unavailable("no zygote"));
    if (copy) {
      roles_[index].files->journal.give_to(*copy);
      tracer_.take_over(role, *copy, std::move(wanted), std::move(wanted_exits));
      return *copy;
    }
    if (zygote != nullptr) zygotes->forget_all();  // it may have been killed by a case
    roles_[index].files->journal.give_to(0);
  }
  // Where nobody asks for calls nobody asks where main is, and a stop is saved.
  const uint64_t main = wanted.empty() ? 0 : program.main;
  return tracer_.start(role, order, program.entry, main, std::move(wanted), std::move(wanted_exits));
}

// The conditions that are read from outside; arrivals at points come through arrive().
void Supervisor::check_ready(size_t index) {
  RoleRun& role = roles_[index];
  if (!role.is_started || role.is_ready) return;
  const Ready& ready = role.plan->ready;
  std::string shown_by;
  if (!ready.path.empty() && exists(fill(ready.path))) shown_by = "path";
  if (!ready.stdout_text.empty()) {
    const auto text = read_file(role.files->standard_output.path());
    if (text && text->find(ready.stdout_text) != std::string::npos) shown_by = "stdout";
  }
  if (shown_by.empty()) return;
  role.is_ready = true;
  progressed_ = true;
  say(EventKind::ready, shown_by, static_cast<int>(index));
}

}  // namespace harness
