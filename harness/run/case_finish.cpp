// Finishing a case: the postmortem, the end of everything, what was left, the history.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "os/clock.h"
#include "os/files.h"
#include "run/supervision.h"

namespace harness {
namespace {

constexpr size_t kOutputKept = 8192;  // bytes of a role's output that go into the history

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

void Supervisor::say_stuck(EventKind kind) {
  nlohmann::json data = nlohmann::json::object();
  if (kind == EventKind::deadline) data["after_ms"] = plan_.deadline_ms;
  say(kind, "", -1, data);
  for (size_t i = 0; i < roles_.size(); ++i) {
    if (!roles_[i].is_started) {
      say(EventKind::note, "", -1,
          {{"text", roles_[i].plan->name + " was not started: " + who_is_not_ready()}});
    }
  }
  for (Event& event : postmortem(tracer_.tasks(), role_names(), known_)) {
    event.time_ns = now_ns();
    events_.push_back(std::move(event));
  }
}

void Supervisor::finish() {
  for (const Tracer::Task& task : tracer_.tasks()) {
    if (const auto executed = tracer_.steps_of(task.tid)) say_region_end(task.tid, *executed);
  }
  if (all_started() && all_ended() && !is_interrupted_) {
    for (const Tracer::Task& task : tracer_.tasks()) {
      if (task.tid != task.pid) continue;
      say(EventKind::residue, "process", task.role, {{"object", fmt::format("process {}", task.pid)}}).pid =
          task.pid;
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
    History told = role.files->journal.drain(role.plan->name, role.has_children || !tracer_.traced());
    all.insert(all.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
  }
  add_output(all);
  for (Event& event : all) event.time_ns = std::max<int64_t>(0, event.time_ns - started_at_);
  put_in_order(all);
  return all;
}

void Supervisor::add_output(History& history) const {
  for (const RoleRun& role : roles_) {
    for (const auto& [name, file] : {std::pair{"stdout", &role.files->standard_output},
                                     std::pair{"stderr", &role.files->standard_error}}) {
      std::string text = file->text(kOutputKept);
      if (text.empty()) continue;
      history.push_back(
          {.time_ns = now_ns(),
           .role = role.plan->name,
           .pid = role.pid,
           .tid = role.pid,
           .kind = EventKind::output,
           .name = name,
           .data = {{"text", std::move(text)}, {"bytes", file->size()}, {"sha256", file->digest()}}});
    }
  }
}

}  // namespace harness
