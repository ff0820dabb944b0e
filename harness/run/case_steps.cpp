// Taking a region of a victim's way instruction by instruction.
#include <fmt/format.h>
#include <sys/syscall.h>

#include <filesystem>

#include "os/procfs.h"
#include "os/syscalls.h"
#include "run/supervision.h"

namespace harness {

// A thread has passed the probe at which a region begins, if any does: where it stops in it is what the
// faults and holds of the case wait for.
void Supervisor::begin_region(const At& at, const Parked& parked) {
  StepRegion region{.first = parked.return_address, .uncounted = parked.functions};
  std::optional<InjectionPoint> point;
  for (const Arrival& arrival : awaited_arrivals()) {
    const bool begins_here = arrival.point.kind == InjectionPoint::Kind::instruction &&
                             arrival.point.name == parked.probe &&
                             names_instance(arrival.role, roles_[static_cast<size_t>(at.role)].plan->name);
    if (!begins_here || (point && arrival.point != *point)) continue;
    point = arrival.point;
    if (arrival.nth == kEveryArrival) region.to_the_end = true;
    if (arrival.nth != kEveryArrival) region.wanted.insert(arrival.nth);
  }
  if (!point) return;
  if (!tracer_.traced() || parked.return_address == 0) {
    const std::string why =
        tracer_.traced() ? "the program passes " + parked.probe + " by fiu_fail(3), not by HARNESS_PROBE"
                         : std::string("stepping needs ptrace, which is denied here");
    say(EventKind::lost, "points", at.role, {{"reason", why}});
    return;
  }
  region.last = point->last;
  region.vdso = vdso_of(at.pid);
  const bool is_survey = region.to_the_end && !plan_.explored.empty();
  if (is_survey) region.watched_but = roles_[static_cast<size_t>(at.role)].files->journal.path();
  regions_[at.tid] = *point;
  tracer_.step_through(at.tid, std::move(region));
}

Status Supervisor::on_instruction(const Stop& stop) {
  nlohmann::json data = place_of_code(stop.pid, stop.address);
  if (!stop.trail.calls.empty()) data["last_call"] = last_call_of(stop);
  return arrive({.tid = stop.tid,
                 .pid = stop.pid,
                 .role = stop.role,
                 .counted = {{regions_.at(stop.tid), stop.nth}},
                 .data = std::move(data)});
}

// The call that the thread made last in its region: what it has come back from, or is about to.
nlohmann::json Supervisor::last_call_of(const Stop& stop) const {
  const RegionCall& last = stop.trail.calls.back();
  nlohmann::json data = {{"call", syscall_name(last.call)}, {"nth", last.nth}};
  if (last.has_returned) data["result"] = last.result;
  if (last.call != SYS_futex) return data;
  const FutexPlace place = place_of(stop.pid, last.first);
  data["futex"] = {
      {"object", place.object}, {"offset", place.offset}, {"operation", futex_operation(last.second)}};
  return data;
}

// How many instructions a region has is the number of its last arrival.
void Supervisor::say_region_end(pid_t tid, int executed, const RegionTrail& trail) {
  const auto region = regions_.find(tid);
  if (region == regions_.end()) return;
  const auto known = known_.find(tid);
  nlohmann::json data = {{"nth", executed}, {"is_last", true}};
  for (const RegionCall& call : trail.calls) data["calls"].push_back(call.nth);
  for (const RegionTold& told : trail.told) data["told"].push_back({told.after, told.probe});
  if (!trail.stores.empty()) data["stores"] = trail.stores;
  if (trail.is_unwatched) data["unwatched"] = true;
  if (!trail.unbroken.empty()) data["unbroken"] = trail.unbroken;
  for (size_t i = 0; executed > 0 && known != known_.end() && i < roles_.size(); ++i) {
    if (roles_[i].plan->name != known->second.role) continue;
    Event& event = say(EventKind::arrived, to_string(region->second), static_cast<int>(i), data);
    event.pid = known->second.pid;
    event.tid = tid;
  }
  regions_.erase(region);
}

nlohmann::json Supervisor::place_of_code(pid_t pid, uint64_t address) const {
  nlohmann::json place = {{"address", fmt::format("{:#x}", address)}};
  if (const auto mapping = mapping_at(pid, address)) {
    const std::string object = std::filesystem::path(mapping->object).filename().string();
    place["code"] = fmt::format("{}+{:#x}", object, address - mapping->start + mapping->offset);
  }
  return place;
}

}  // namespace harness
