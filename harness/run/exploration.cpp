#include "run/exploration.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/eintr_table.h"
#include "core/kernel_names.h"
#include "inject/errnos.h"
#include "os/descriptors.h"
#include "run/supervisor.h"

namespace harness {
namespace {

using Edge = InjectionPoint::Edge;

// Errors that stay as long as their cause does; the others are over when they have been told.
bool lasts(const std::string& error) {
  static const std::set<std::string> lasting = {
      "EACCES", "ECONNREFUSED", "EDQUOT", "EFBIG",  "EHOSTUNREACH", "EIO",   "EMFILE", "ENETUNREACH",
      "ENFILE", "ENOBUFS",      "ENOENT", "ENOMEM", "ENOSPC",       "EPERM", "EROFS"};
  return lasting.count(error) != 0;
}

// Of the length classes of a transfer those that this one has: 1, half, all but one.
std::set<uint64_t> shorter_lengths(uint64_t asked) {
  std::set<uint64_t> lengths;
  for (const uint64_t length : {uint64_t{1}, asked / 2, asked - 1}) {
    if (asked > 1 && length > 0 && length < asked) lengths.insert(length);
  }
  return lengths;
}

// One of the three, whatever the number: what a gate may demand of each.
std::string length_class(uint64_t length, uint64_t asked) {
  return length == 1 ? "1" : length == asked - 1 ? "all-but-one" : "half";
}

// At the entry of a call; what a packet does not fill would be cut off, so only streams and files are
// shortened.
void add_call_faults(const MetPoint& met, size_t i, const Fault& at, std::vector<Fault>& faults) {
  const auto add = [&](const char* action, const std::string& argument) -> Fault& {
    faults.push_back(at);
    faults.back().action = {action, argument};
    return faults.back();
  };
  const std::string& call = met.point.name;
  for (const std::string& error : errors_of_world(call, met.kind)) {
    add("fail", error);
    if (lasts(error)) add("fail", error).onwards = true;
  }
  const bool may_be_asked_again =
      met.is_nonblocking && !met.is_edge_triggered && !met.kind.empty() && has_errnos(call);
  if (may_be_asked_again && why_never(call, *errno_number("EAGAIN"), met.kind).empty()) add("fail", "EAGAIN");
  if (!met.asked.empty() && !gives_whole_records(met.kind) && !met.is_edge_triggered) {
    for (const uint64_t length : shorter_lengths(met.asked[i])) add("short", std::to_string(length));
  }
  if (met.caught.empty() || met.is_nonblocking || !may_wait(call)) return;
  if (!never_interrupted(call, met.kind).empty()) return;
  add("eintr", met.caught.front()).hold = {.until = Hold::Until::blocked};
}

MetPoint met_from(const nlohmann::json& json, const Event& event) {
  const auto point = parse_point(json.at("point").get<std::string>());
  return {.role = event.role,
          .point = point ? *point : InjectionPoint{},
          .kind = json.value("kind", ""),
          .is_nonblocking = json.value("nonblocking", false),
          .is_edge_triggered = json.value("edge_triggered", false),
          .caught = event.data.value("caught", std::vector<std::string>()),
          .arrivals = json.at("arrivals"),
          .asked = json.value("asked", std::vector<uint64_t>())};
}

std::string place_of(const MetPoint& met) { return met.role + "@" + to_string(met.point); }

std::string pair_of(const Fault& fault, const MetPoint& met, size_t i) {
  Fault any = fault;
  any.arrival = 1;
  if (any.action.name == "short")
    any.action.argument = length_class(std::stoull(fault.action.argument), met.asked[i]);
  return to_string(any);
}

std::string variant_of(const Case& one) { return one.scenario + "/" + one.target + "/" + one.variant; }

// The same on every run, and, but for the target in it, on every target.
std::string point_key(const Case& one, const std::string& role, const InjectionPoint& point) {
  return variant_of(one) + "/" + role + "@" + to_string(point);
}

std::string_view name_of(Every every) { return every == Every::syscall ? "syscall" : "probe"; }

std::vector<MetPoint> probes_met(const Case& plan, const History& history) {
  std::vector<MetPoint> met;
  std::map<std::tuple<std::string, std::string>, size_t> place;
  std::map<std::tuple<std::string, std::string, int>, int> counts;
  for (const Event& event : history) {
    if (event.kind != EventKind::reached) continue;
    const bool is_explored =
        std::any_of(plan.explored.begin(), plan.explored.end(),
                    [&](const std::string& role) { return names_instance(role, event.role); });
    if (!is_explored) continue;
    const auto [known, is_new] = place.try_emplace({event.role, event.name}, met.size());
    if (is_new) met.push_back({.role = event.role, .point = {.name = event.name}});
    int& count = counts[{event.role, event.name, event.pid}];
    const int nth = std::max(count + 1, event.data.value("nth", 0));
    count = nth;
    std::vector<int>& arrivals = met[known->second].arrivals;
    if (arrivals.empty() || arrivals.back() < nth) arrivals.push_back(nth);
  }
  return met;
}

// What the supervisor said when it let the victim go without striking; "" when nothing.
std::string let_go_because(const History& history) {
  for (auto event = history.rbegin(); event != history.rend(); ++event) {
    if (event->kind == EventKind::resumed) return event->name;
  }
  return "";
}

}  // namespace

std::vector<MetPoint> points_met(const Case& plan, const History& history, Every every) {
  if (every != Every::syscall) return probes_met(plan, history);
  std::vector<MetPoint> met;
  std::map<std::string, size_t> place;
  for (const Event& event : history) {
    if (event.kind != EventKind::met) continue;
    for (const auto& json : event.data.at("points")) {
      MetPoint one = met_from(json, event);
      const auto [known, is_new] = place.try_emplace(place_of(one), met.size());
      if (is_new) {
        met.push_back(std::move(one));
      } else if (met[known->second].arrivals.size() < one.arrivals.size()) {
        met[known->second] = std::move(one);  // the process of this role that came there most often
      }
    }
  }
  return met;
}

std::vector<Fault> legal_faults(const MetPoint& met, size_t i) {
  const Fault at{.victim = met.role, .at = met.point, .arrival = met.arrivals[i]};
  std::vector<Fault> faults = {at};
  faults.front().action = {"kill", ""};
  if (met.point.kind == InjectionPoint::Kind::probe) {
    faults.push_back(at);
    faults.back().action = {"stop", ""};
    faults.back().resume = {.until = Hold::Until::settled};
  }
  const bool is_entry = met.point.kind == InjectionPoint::Kind::syscall && met.point.edge == Edge::enter;
  if (is_entry) add_call_faults(met, i, at, faults);
  return faults;
}

std::string explored_id(const Case& recording, const std::vector<Fault>& faults) {
  return variant_of(recording) + "/" + to_string(faults);
}

Case Exploration::recording(const Case& planned) const {
  Case one = planned;
  one.faults.clear();
  one.repeat = 1;
  for (const RoleInstance& role : planned.roles) {
    const bool is_victim =
        options_.victims.empty() ||
        std::any_of(options_.victims.begin(), options_.victims.end(),
                    [&](const std::string& victim) { return names_instance(victim, role.name); });
    if (is_victim) one.explored.push_back(role.name);
  }
  // A mutant may fail in any way here, and its own checker may never be asked the question that catches it.
  if (one.expected.outcome == Expectation::Outcome::fail && one.expected.because.empty())
    one.expected.checker.clear();
  one.id = explored_id(one, one.faults);
  return one;
}

std::vector<size_t> Exploration::wanted_arrivals(const MetPoint& met) const {
  const size_t all = met.arrivals.size();
  const size_t most =
      options_.arrivals > 0 ? std::min<size_t>(all, static_cast<size_t>(options_.arrivals)) : all;
  std::vector<size_t> wanted;
  for (size_t i = 0; i < most; ++i) wanted.push_back(most == 1 ? 0 : i * (all - 1) / (most - 1));
  return wanted;
}

// A point that nobody met before, if a fault made the case come there: then that fault stays, and the new one
// is added. Later arrivals at a known point are followed up in the recording alone, else a call that is made
// again after each fault would have no end.
std::vector<Case> Exploration::next(const Case& one, const History& history) {
  std::vector<Case> cases;
  for (const MetPoint& met : points_met(one, history, options_.every)) {
    std::set<int>& arrivals = points_[point_key(one, met.role, met.point)];
    if (!arrivals.empty()) continue;
    arrivals.insert(met.arrivals.begin(), met.arrivals.end());
    const std::vector<size_t> wanted = wanted_arrivals(met);
    left_out_ += static_cast<int>(met.arrivals.size() - wanted.size());
    for (const size_t i : wanted) {
      for (const Fault& fault : legal_faults(met, i)) {
        Case next = one;
        next.faults.push_back(fault);
        next.id = explored_id(next, next.faults);
        const std::string pair = variant_of(one) + "/" + pair_of(fault, met, i);
        if (known_.emplace(next.id, pair).second) cases.push_back(std::move(next));
      }
    }
  }
  return cases;
}

Exploration::Came Exploration::came_of(const Case& one, const CaseResult* result, const History* history) {
  if (result == nullptr) return {.reason = kNotRun};
  if (result->faults_fired == result->faults_planned) return {.has_struck = true};
  Came came{.reason = history == nullptr ? "" : let_go_because(*history)};
  // An interruption that never came has led to nothing behind it.
  const bool is_interruption = std::any_of(one.faults.begin(), one.faults.end(), [](const Fault& fault) {
    return fault.hold.until == Hold::Until::blocked;
  });
  came.is_excused = came.reason == kReturnedUnblocked && is_interruption;
  for (const Finding& finding : result->findings) {
    if (came.reason.empty()) came.reason = finding.message;
  }
  return came;
}

// By action, and for each call by errno: how many pairs are legal, how many struck, which did not.
nlohmann::json Exploration::by_action(const std::map<std::string, Pair>& pairs) {
  std::map<std::string, std::pair<int, int>> actions;
  std::map<std::string, std::map<std::string, bool>> errnos;
  for (const auto& [name, pair] : pairs) {
    auto& [legal, fired] = actions[pair.action.substr(0, pair.action.find('('))];
    ++legal;
    fired += pair.fired > 0 ? 1 : 0;
    if (pair.call.empty() || !pair.action.starts_with("fail(")) continue;
    bool& has_fired = errnos[pair.call][pair.action.substr(5, pair.action.size() - 6)];
    has_fired = has_fired || pair.fired > 0;
  }
  nlohmann::json told = {{"actions", nlohmann::json::object()}, {"errnos", nlohmann::json::object()}};
  for (const auto& [action, counts] : actions)
    told["actions"][action] = {{"legal", counts.first}, {"fired", counts.second}};
  for (const auto& [call, of_call] : errnos) {
    nlohmann::json fired = nlohmann::json::array();
    nlohmann::json missing = nlohmann::json::array();
    for (const auto& [error, has_fired] : of_call) (has_fired ? fired : missing).push_back(error);
    told["errnos"][call] = {{"fired", std::move(fired)}, {"missing", std::move(missing)}};
  }
  return told;
}

nlohmann::json Exploration::coverage(const Plan& plan, const std::vector<CaseResult>& results,
                                     const std::map<std::string, History>& histories) const {
  std::map<std::string, const CaseResult*> by_id;
  for (const CaseResult& result : results) by_id[result.id] = &result;
  std::map<std::string, Pair> pairs;
  std::set<std::string> fired_points;
  int cases = 0;
  int judged = 0;
  int not_struck = 0;
  int not_run = 0;
  for (const Case& one : plan.cases) {
    if (known_.count(one.id) == 0) continue;  // a recording
    ++cases;
    const Fault& fault = one.faults.back();
    const auto found = by_id.find(one.id);
    const auto history = histories.find(one.id);
    const CaseResult* const result = found == by_id.end() ? nullptr : found->second;
    Pair& pair = pairs[known_.at(one.id)];
    pair.action = to_string(fault.action);
    if (fault.at.kind == InjectionPoint::Kind::syscall && fault.at.edge == Edge::enter)
      pair.call = fault.at.name;
    const Came came = came_of(one, result, history == histories.end() ? nullptr : &history->second);
    ++pair.cases;
    pair.fired += came.has_struck ? 1 : 0;
    if (!came.has_struck) pair.reason = came.reason;
    pair.is_only_unblocked = pair.is_only_unblocked && (came.has_struck || came.is_excused);
    if (came.has_struck) fired_points.insert(point_key(one, fault.victim, fault.at));
    not_run += result == nullptr ? 1 : 0;
    if (result != nullptr && !came.has_struck) {
      ++not_struck;
      pair.missed.push_back({{"case", one.id}, {"reason", came.reason}, {"excused", came.is_excused}});
    }
    judged += result != nullptr && result->verdict != Verdict::inconclusive ? 1 : 0;
  }
  nlohmann::json unfired = nlohmann::json::array();
  nlohmann::json missed = nlohmann::json::array();
  int unreachable = 0;
  for (const auto& [name, pair] : pairs) {
    if (pair.fired > 0) missed.insert(missed.end(), pair.missed.begin(), pair.missed.end());
    if (pair.fired > 0) continue;
    unreachable += pair.is_only_unblocked ? 1 : 0;
    unfired.push_back({{"pair", name},
                       {"cases", pair.cases},
                       {"reason", pair.reason},
                       {"excused", pair.is_only_unblocked}});
  }
  size_t arrivals = 0;
  std::vector<std::string> names;
  for (const auto& [point, nths] : points_) {
    arrivals += nths.size();
    names.push_back(point);
  }
  nlohmann::json told = by_action(pairs);
  return {
      {"every", name_of(options_.every)},
      {"points", {{"reached", points_.size()}, {"fired", fired_points.size()}, {"names", names}}},
      {"arrivals", {{"reached", arrivals}, {"left_out", left_out_}}},
      {"pairs",
       {{"legal", pairs.size()}, {"fired", pairs.size() - unfired.size()}, {"unreachable", unreachable}}},
      {"actions", std::move(told["actions"])},
      {"errnos", std::move(told["errnos"])},
      {"cases", {{"planned", cases}, {"judged", judged}, {"not_struck", not_struck}, {"not_run", not_run}}},
      {"unfired", std::move(unfired)},
      {"missed", std::move(missed)}};
}

}  // namespace harness
