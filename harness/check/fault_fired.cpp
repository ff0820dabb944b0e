// fault_fired: no role failed before it was ready, and every fault of the case struck. Run for every case: a
// run whose fault missed has tested nothing.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

// The best that any process of the victim got to: how often it came to the point, and when it did last.
struct Approach {
  std::string instance;
  int arrivals = 0;
  const Event* last = nullptr;
};

bool is_arrival(const Event& event, const InjectionPoint& point) {
  if (point.kind == InjectionPoint::Kind::probe)
    return event.kind == EventKind::reached && event.name == point.name;
  return event.kind == EventKind::arrived && event.name == to_string(point);
}

// Arrivals are counted per process; an event's own number counts those that were not recorded as well.
Approach closest_approach(const History& history, const Fault& fault) {
  std::map<std::pair<std::string, int>, int> count;
  Approach best;
  for (const Event& event : history) {
    if (!names_instance(fault.victim, event.role) || !is_arrival(event, fault.at)) continue;
    int& arrivals = count[{event.role, event.pid}];
    arrivals = std::max(arrivals + 1, event.data.value("nth", 0));
    if (arrivals > best.arrivals) best = {.instance = event.role, .arrivals = arrivals, .last = &event};
  }
  return best;
}

std::vector<std::string> instances_of(const Case& plan, const Fault& fault) {
  std::vector<std::string> names;
  for (const RoleInstance& role : plan.roles) {
    if (names_instance(fault.victim, role.name)) names.push_back(role.name);
  }
  return names;
}

std::string describe_end(const History& history, const std::string& instance) {
  const Event* ended = end_of(history, instance);
  if (!start_of(history, instance) && !ended) return instance + " was never started";
  if (!ended || is_clean_up(history, *ended)) return instance + " was still there when the case was over";
  if (ended->name == "signal")
    return fmt::format("{} ended by {}", instance, signal_name(ended->data.value("signal", 0)));
  return fmt::format("{} ended with exit status {}", instance, ended->data.value("code", -1));
}

// Ended with a status that is not 0, or by a signal, before the case was over.
bool has_failed(const History& history, const Event& ended) {
  return !is_clean_up(history, ended) && (ended.name == "signal" || ended.data.value("code", 0) != 0);
}

std::string describe_ends(const Case& plan, const History& history, const Fault& fault) {
  const std::vector<std::string> instances = instances_of(plan, fault);
  if (instances.empty()) return "this case has no role " + fault.victim;
  std::vector<std::string> ends;
  for (const std::string& instance : instances) ends.push_back(describe_end(history, instance));
  return fmt::format("{}", fmt::join(ends, ", "));
}

// Why points of this kind could not be watched at all, where the supervisor said so; or "".
std::string blindness(const History& history, const Fault& fault) {
  if (fault.at.kind == InjectionPoint::Kind::probe) return {};
  for (const Event& event : history) {
    if (event.kind == EventKind::lost && event.name == "points") return event.data.value("reason", "");
  }
  return {};
}

std::string describe_approach(const Fault& fault, const Approach& approach) {
  const std::string point = to_string(fault.at);
  // Of a system call only those arrivals are recorded that some fault waits for, so that fewer are not
  // countable.
  if (approach.arrivals == 0 && fault.at.kind == InjectionPoint::Kind::syscall && fault.arrival > 1) {
    return fmt::format("{} came to {} fewer than {} times", fault.victim, point, fault.arrival);
  }
  if (approach.arrivals == 0) return fmt::format("{} never came to {}", fault.victim, point);
  if (approach.arrivals < fault.arrival) {
    return fmt::format("{} came to {} {} of {} times", approach.instance, point, approach.arrivals,
                       fault.arrival);
  }
  if (fault.hold.until == Hold::Until::now)
    return fmt::format("{} came to {} and was not hit", approach.instance, point);
  const std::string awaited =
      fault.hold.until == Hold::Until::settled ? "all others to settle" : to_string(fault.hold);
  return fmt::format("{} was held at {}, waiting for {} in vain", approach.instance, point, awaited);
}

Finding missing(const Case& plan, const History& history, const Fault& fault) {
  if (const std::string reason = blindness(history, fault); !reason.empty()) {
    return inconclusive(fmt::format("the fault {} did not strike: {}", to_string(fault), reason));
  }
  const Approach approach = closest_approach(history, fault);
  std::vector<int> events;
  if (approach.last) events.push_back(approach.last->index);
  // Another role that failed may be why the victim never came there.
  const std::vector<std::string> victims = instances_of(plan, fault);
  for (const RoleInstance& role : plan.roles) {
    const Event* ended = end_of(history, role.name);
    if (ended && has_failed(history, *ended)) {
      for (const int event : with_last_words(history, *ended)) events.push_back(event);
    } else if (ended && std::count(victims.begin(), victims.end(), role.name) != 0) {
      events.push_back(ended->index);
    }
  }
  return inconclusive(fmt::format("the fault {} did not strike: {}; {}", to_string(fault),
                                  describe_approach(fault, approach), describe_ends(plan, history, fault)),
                      events);
}

bool has_fired(const History& history, size_t fault) {
  return std::any_of(history.begin(), history.end(), [&](const Event& event) {
    return event.kind == EventKind::fault && event.data.value("fault", -1) == static_cast<int>(fault);
  });
}

// What is said of a case whose worker was lost in the middle of it, or nothing.
std::vector<Finding> lost_workers(const History& history) {
  std::vector<Finding> findings;
  for (const Event& event : history) {
    if (event.kind != EventKind::lost || event.name != "worker") continue;
    findings.push_back(inconclusive("the case was lost: " + event.data.value("reason", ""), {event.index}));
  }
  return findings;
}

// A victim that stood still until another came somewhere, which never happened: what came after that was not
// what the case is about.
std::vector<Finding> waited_in_vain(const Case& plan, const History& history) {
  std::vector<Finding> findings;
  for (const Event& event : history) {
    if (event.kind != EventKind::resumed || !event.data.contains("in_vain")) continue;
    const auto index = event.data.at("in_vain").get<size_t>();
    if (index >= plan.faults.size() || !has_fired(history, index)) continue;
    const Fault& fault = plan.faults[index];
    findings.push_back(inconclusive(fmt::format("{} stood still by {}, waiting for {} in vain", event.role,
                                                to_string(fault), to_string(fault.resume)),
                                    {event.index}));
  }
  return findings;
}

// A case that is about an order of its steps, in which nobody took turns.
std::vector<Finding> kept_no_order(const Case& plan, const History& history) {
  const auto of_kind = [&](EventKind kind, std::string_view name) {
    return std::find_if(history.begin(), history.end(),
                        [&](const Event& event) { return event.kind == kind && event.name == name; });
  };
  if (!plan.schedule || of_kind(EventKind::turns, "") != history.end()) return {};
  const auto lost = of_kind(EventKind::lost, "turns");
  const std::string reason = lost == history.end() ? "" : ": " + lost->data.value("reason", "");
  return {inconclusive("the order of its steps was not kept" + reason)};
}

// Who fails before it is ready, and before any fault, did not what the case is about: a wrong path, perhaps.
// A daemon's first process may end, and what it leaves is ready later, or struck by a fault; and who ends
// well may never have had to come to the point that others wait for.
std::vector<Finding> never_ready(const Case& plan, const History& history) {
  std::vector<Finding> findings;
  for (const RoleInstance& role : plan.roles) {
    const Event* ended = end_of(history, role.name);
    if (!role.ready.is_given() || role.ready.at_end || !ended || !has_failed(history, *ended)) continue;
    const bool is_excused = std::any_of(history.begin(), history.end(), [&](const Event& event) {
      const bool is_own = event.role == role.name;
      return event.kind == EventKind::ready
                 ? is_own
                 : event.kind == EventKind::fault && (is_own || event.index < ended->index);
    });
    if (is_excused) continue;
    findings.push_back(inconclusive(describe_end(history, role.name) + " before it was ready",
                                    with_last_words(history, *ended)));
  }
  return findings;
}

class FaultFired : public Checker {
 public:
  std::string_view id() const override { return "fault_fired"; }
  std::string_view summary() const override {
    return "no role failed before it was ready, every fault struck, and the order of steps was kept (always "
           "checked)";
  }

  std::vector<Finding> check(const Case& plan, const History& history, const nlohmann::json&) const override {
    std::vector<Finding> findings = lost_workers(history);
    if (!findings.empty()) return findings;
    if (history.empty()) findings.push_back(inconclusive("nothing was recorded"));
    for (size_t i = 0; i < plan.faults.size(); ++i) {
      if (!has_fired(history, i)) findings.push_back(missing(plan, history, plan.faults[i]));
    }
    for (Finding& finding : never_ready(plan, history)) findings.push_back(std::move(finding));
    for (Finding& finding : waited_in_vain(plan, history)) findings.push_back(std::move(finding));
    for (Finding& finding : kept_no_order(plan, history)) findings.push_back(std::move(finding));
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<FaultFired>()};

}  // namespace
}  // namespace harness
