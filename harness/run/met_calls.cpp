#include "run/met_calls.h"

#include <algorithm>

#include "os/syscalls.h"
#include "os/transfer.h"

namespace harness {
namespace {

constexpr long kLastCall = 470;

std::set<long> calls_without(const std::set<std::string>& names) {
  std::set<long> calls;
  for (long number = 0; number < kLastCall; ++number) {
    const std::string name = syscall_name(number);
    if (name.find(' ') == std::string::npos && names.count(name) == 0) calls.insert(number);
  }
  return calls;
}

}  // namespace

// The kernel makes the first two itself, at the end of a handler and after a stop. A child that executes its
// program does so while its starter sleeps in vfork, where a stop would be for ever.
const std::set<long>& explorable_calls() {
  static const std::set<long> calls =
      calls_without({"rt_sigreturn", "restart_syscall", "execve", "execveat"});
  return calls;
}

// A call that never comes back has no exit, and one that comes back in two processes no single one.
const std::set<long>& returning_calls() {
  static const std::set<long> calls =
      calls_without({"rt_sigreturn", "restart_syscall", "execve", "execveat", "exit", "exit_group", "fork",
                     "vfork", "clone", "clone3"});
  return calls;
}

void MetCalls::on_call(const Call& call) {
  Process& process = processes_[{call.role, call.pid}];
  InjectionPoint point{.kind = InjectionPoint::Kind::syscall, .name = call.name, .edge = call.edge};
  int nth = ++process.counts[to_string(point)];
  // A word counts all calls that it names, also those which another word names better.
  for (auto word = call.object.words.rbegin(); word != call.object.words.rend(); ++word) {
    point.object = *word;
    nth = ++process.counts[to_string(point)];
  }
  const std::string name = to_string(point);
  const auto [known, is_new] = process.points.try_emplace(name, Point{.object = call.object});
  if (is_new) process.order.push_back(name);
  Point& met = known->second;
  met.arrivals.push_back(nth);
  if (is_transfer(call.name) && call.edge == InjectionPoint::Edge::enter)
    met.asked.push_back(call.asked.value_or(0));
  met.object.is_edge_triggered = met.object.is_edge_triggered || call.object.is_edge_triggered;
  met.object.is_nonblocking = met.object.is_nonblocking && call.object.is_nonblocking;
}

std::map<std::pair<int, pid_t>, nlohmann::json> MetCalls::told() const {
  std::map<std::pair<int, pid_t>, nlohmann::json> told;
  for (const auto& [of, process] : processes_) {
    nlohmann::json points = nlohmann::json::array();
    for (const std::string& name : process.order) {
      const Point& point = process.points.at(name);
      nlohmann::json json = {{"point", name}, {"arrivals", point.arrivals}};
      if (!point.object.kind.empty()) json["kind"] = point.object.kind;
      if (!point.asked.empty()) json["asked"] = point.asked;
      if (point.object.is_nonblocking) json["nonblocking"] = true;
      if (point.object.is_edge_triggered) json["edge_triggered"] = true;
      points.push_back(std::move(json));
    }
    told[of] = {{"points", std::move(points)}};
  }
  return told;
}

}  // namespace harness
