// Finishing a case: the postmortem, the end of everything, what was left, the history.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/kernel_names.h"
#include "os/clock.h"
#include "os/files.h"
#include "os/syscalls.h"
#include "run/handler_watch.h"
#include "run/model_mode.h"
#include "run/supervision.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr size_t kOutputKept = 8192;   // bytes of a role's output that go into the history
constexpr size_t kReportKept = 32768;  // and of what one of its processes reported
// What is not to be lost in the midst of much output.
const std::vector<std::string> kSanitizersWords = {
    "Sanitizer: ", "runtime error: ", "Sanitizer has encountered", "HarnessRace", "harness-threads: "};

// The name ends with the process's id.
pid_t reporter_of(const fs::path& report) { return std::atoi(report.extension().string().c_str() + 1); }

// What a sanitizer may have said that is not in the text which was kept: of a report all between its
// beginning and its end; of other output nothing, unless a report stood in its midst that was longer than
// what is kept of one.
nlohmann::json output_data(std::string text, size_t size, size_t read_whole) {
  nlohmann::json data = {{"bytes", size}};
  if (size > read_whole && text.size() > read_whole) data["left_out_bytes"] = size - read_whole;
  data["text"] = std::move(text);
  return data;
}

}  // namespace

std::string Supervisor::who_is_not_ready() const {
  for (const RoleRun& role : roles_) {
    if (!role.is_started || role.is_ready) continue;
    const Ready& ready = role.plan->ready;
    if (!ready.path.empty())
      return role.plan->name + " was not ready, " + fill(ready.path) + " never appeared";
    if (!ready.stdout_text.empty())
      return role.plan->name + " was not ready, it never printed \"" + ready.stdout_text + "\"";
    if (ready.at_end) return role.plan->name + " has not ended";
    if (ready.point) return role.plan->name + " was not ready, it never came to " + to_string(*ready.point);
  }
  return "a role before it was never ready";
}

void Supervisor::say_stuck(EventKind kind, std::string name, int role_index, nlohmann::json data) {
  if (kind == EventKind::deadline) data["after_ms"] = plan_.deadline_ms;
  say(kind, std::move(name), role_index, std::move(data));
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!roles_[i].is_started) {
      say(EventKind::note, "", -1,
          {{"text", roles_[i].plan->name + " was not started: " + who_is_not_ready()}});
    }
  }
  for (Event& event : postmortem(tracer_.tasks(), role_names(), known_)) {
    if (role_index >= 0 && event.role == role_names()[static_cast<size_t>(role_index)]) continue;
    if (is_child(event.pid)) event.data["child"] = true;
    explain_other_end(event);
    event.time_ns = now_ns();
    events_.push_back(std::move(event));
  }
}

// A process that a role's first one made.
bool Supervisor::is_child(pid_t pid) const {
  const auto known = known_.find(pid);
  return known != known_.end() &&
         std::none_of(roles_.begin(), roles_.end(), [&](const RoleRun& role) { return role.pid == pid; });
}

// Who waits on a link waits for those who have its other end: the roles, and we ourselves where a fault has
// us keep a copy.
void Supervisor::explain_other_end(Event& blocked) const {
  if (!blocked.data.contains("fd")) return;
  const auto waits_on = read_descriptor(blocked.pid, blocked.data["fd"].value("number", -1));
  if (!waits_on || !(waits_on->is_stream() || waits_on->kind.starts_with("unix"))) return;
  nlohmann::json holders = nlohmann::json::array();
  std::vector<std::string> words;
  for (const CaseProcess& holder :
       links_.holders_of_other_end(*waits_on, {.pid = blocked.pid, .instance = blocked.role}, processes())) {
    holders.push_back({{"role", holder.instance}, {"pid", holder.pid}, {"child", is_child(holder.pid)}});
    words.push_back(fmt::format("{}{} (process {})", is_child(holder.pid) ? "a child of " : "",
                                holder.instance, holder.pid));
  }
  for (const FaultRun& fault : faults_) {
    for (const auto& [descriptor, copy] : fault.copies) {
      const auto ours = read_descriptor(::getpid(), copy.get());
      if (!ours || !links_.is_other_end(*waits_on, blocked.pid, *ours, fault.pid)) continue;
      holders.push_back({{"role", ""}, {"pid", 0}, {"child", false}});
      words.push_back(
          fmt::format("the harness, by {} of {}", to_string(fault.plan->action), fault.plan->victim));
    }
  }
  if (const std::string link = links_.name_of(*waits_on); !link.empty()) blocked.data["fd"]["link"] = link;
  if (nlohmann::json fill = fill_of(blocked.pid, waits_on->number); !fill.is_null()) {
    name_link(fill, blocked.pid, waits_on->number);
    blocked.data["fill"] = std::move(fill);
  }
  if (!holders.empty()) blocked.data["fd"]["other_end"] = std::move(holders);
  if (words.empty()) return;
  blocked.data["explained"] = fmt::format("{}, whose other end is open in {}",
                                          blocked.data.value("explained", ""), fmt::join(words, " and "));
}

bool Supervisor::watches(const std::string& what) const {
  return tracer_.traced() && std::count(plan_.watches.begin(), plan_.watches.end(), what) != 0;
}

void Supervisor::note_calls() {
  for (size_t i = 0; watches("calls") && i < roles_.size(); ++i) {
    const auto role = static_cast<int>(i);
    if (roles_[i].is_started) say(EventKind::calls, "", role, idle_calls_.longest_of(role));
  }
}

void Supervisor::note_met_calls() {
  for (auto& [of, data] : met_calls_.told()) {
    nlohmann::json told = data;
    for (const int signal : caught_signals_) told["caught"].push_back(signal_name(signal));
    Event& event = say(EventKind::met, "", of.first, std::move(told));
    event.pid = event.tid = of.second;
  }
}

void Supervisor::note_descriptors(const std::string& moment, pid_t pid, int role) {
  if (!watches("descriptors")) return;
  nlohmann::json list = nlohmann::json::array();
  for (const OpenDescriptor& open : descriptors_of(pid)) {
    const std::string access = std::string(open.can_read ? "r" : "") + (open.can_write ? "w" : "");
    list.push_back(
        {{"number", open.number}, {"object", open.object}, {"kind", open.kind}, {"access", access}});
  }
  Event& event = say(EventKind::descriptors, moment, role, {{"list", std::move(list)}});
  event.pid = event.tid = pid;
}

void Supervisor::finish() {
  for (const Tracer::Task& task : tracer_.tasks()) {
    if (const auto executed = tracer_.steps_of(task.tid)) say_region_end(task.tid, *executed);
  }
  note_calls();
  note_met_calls();
  note_turns();
  if (all_started() && all_ended() && !is_interrupted_) {
    for (const Tracer::Task& task : tracer_.tasks()) {
      if (task.tid != task.pid) continue;
      say(EventKind::residue, "process", task.role, {{"object", std::to_string(task.pid)}}).pid = task.pid;
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

nlohmann::json Supervisor::told_of(const Leftover& leftover) const {
  nlohmann::json data = {{"object", leftover.object}};
  if (const auto maker = ledger_.maker_of(leftover)) {
    data["maker"] = {{"role", roles_[static_cast<size_t>(maker->role)].plan->name},
                     {"pid", maker->pid},
                     {"call", syscall_name(maker->call)}};
  }
  return data;
}

void Supervisor::note_residue() {
  for (const Leftover& leftover : ledger_.leftovers(directory_)) {
    if (!is_interrupted_) say(EventKind::residue, leftover.kind, -1, told_of(leftover));
    remove(leftover);
  }
  if (const std::string blind_spot = ledger_.blind_spot(tracer_.traced()); !blind_spot.empty()) {
    say(EventKind::lost, "residue", -1, {{"reason", blind_spot}});
  }
}

History Supervisor::collect() {
  History all = std::move(events_);
  for (const RoleRun& role : roles_) {
    History told = role.files->journal.drain(role.plan->name, role.has_children || !tracer_.traced());
    all.insert(all.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
  }
  add_output(all);
  if (plan_.mode == kModelMode) tell_steps(all);
  for (Event& event : all) event.time_ns = std::max<int64_t>(0, event.time_ns - started_at_);
  put_in_order(all);
  return all;
}

void Supervisor::add_output(History& history) const {
  for (const RoleRun& role : roles_) {
    if (std::string told = watches_handlers(plan_) && role.is_started ? role.files->handlers.text() : "";
        !told.empty())
      history.push_back({.time_ns = now_ns(),
                         .role = role.plan->name,
                         .pid = role.pid,
                         .tid = role.pid,
                         .kind = EventKind::output,
                         .name = "handlers",
                         .data = {{"text", std::move(told)}}});
    for (const auto& [name, file] : {std::pair{"stdout", &role.files->standard_output},
                                     std::pair{"stderr", &role.files->standard_error}}) {
      const size_t kept = plan_.mode == kModelMode ? kModelOutputKept : kOutputKept;
      // What a sanitizer says in the midst of it is not to be lost.
      std::string text = file->text_with(kSanitizersWords, kept, kReportKept);
      if (text.empty()) continue;
      nlohmann::json data = output_data(std::move(text), file->size(), kept + kReportKept);
      data["sha256"] = file->digest();
      history.push_back({.time_ns = now_ns(),
                         .role = role.plan->name,
                         .pid = role.pid,
                         .tid = role.pid,
                         .kind = EventKind::output,
                         .name = name,
                         .data = std::move(data)});
    }
    add_reports(role, history);
  }
}

// What nobody knows of is told of the first, so that nothing is lost.
bool Supervisor::is_of(const fs::path& report, const RoleRun& role) const {
  const auto known = known_.find(reporter_of(report));
  if (known != known_.end()) return known->second.role == role.plan->name;
  const auto first =
      std::find_if(roles_.begin(), roles_.end(), [&](const RoleRun& one) { return is_copied(one); });
  return &*first == &role;
}

// One file of each process that reported: what two say at the same time does not mix, and is whole also where
// they wrote much else.
void Supervisor::add_reports(const RoleRun& role, History& history) const {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(reports_of(role), error)) {
    if (!is_copied(role) || is_of(entry.path(), role)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    const auto file = OutputFile::open(path.string());
    if (!file) continue;
    const pid_t pid = reporter_of(path);
    history.push_back({.time_ns = now_ns(),
                       .role = role.plan->name,
                       .pid = pid,
                       .tid = pid,
                       .kind = EventKind::output,
                       .name = "report",
                       .data = output_data(file->text(kReportKept), file->size(), kReportKept)});
  }
}

}  // namespace harness
