// Taking a region of a victim's way instruction by instruction.
#include <fmt/format.h>

#include <filesystem>

#include "os/procfs.h"
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
  regions_[at.tid] = *point;
  tracer_.step_through(at.tid, std::move(region));
}

Status Supervisor::on_instruction(const Stop& stop) {
  return arrive({.tid = stop.tid,
                 .pid = stop.pid,
                 .role = stop.role,
                 .counted = {{regions_.at(stop.tid), stop.nth}},
                 .data = place_of_code(stop.pid, stop.address)});
}

// How many instructions a region has is the number of its last arrival.
void Supervisor::say_region_end(pid_t tid, int executed) {
  const auto region = regions_.find(tid);
  if (region == regions_.end()) return;
  const auto known = known_.find(tid);
  for (size_t i = 0; executed > 0 && known != known_.end() && i < roles_.size(); ++i) {
    if (roles_[i].plan->name != known->second.role) continue;
    Event& event = say(EventKind::arrived, to_string(region->second), static_cast<int>(i),
                       {{"nth", executed}, {"is_last", true}});
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
