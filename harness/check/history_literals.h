// Words in which tests write histories down:
//
//     const History history = numbered({ok("owner", "lock"), killed("owner"), ok("waiter", "lock", 0, 130)});
//
// Each role is one process with one thread, whose ids follow from its name; in_thread() moves an event
// elsewhere.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "check/checker.h"

namespace harness::literals {

inline int pid_of(const std::string& role) {
  int pid = 1000;
  for (const char letter : role) pid += letter;
  return role.empty() ? 0 : pid;
}

inline Event event(EventKind kind, const std::string& role, std::string name,
                   nlohmann::json data = nlohmann::json::object()) {
  return {.role = role,
          .pid = pid_of(role),
          .tid = pid_of(role),
          .kind = kind,
          .name = std::move(name),
          .data = std::move(data)};
}

// Numbers the events in the order in which they stand, one microsecond apart.
inline History numbered(History history) {
  for (size_t i = 0; i < history.size(); ++i) history[i].time_ns = static_cast<int64_t>(i) * 1000;
  put_in_order(history);
  return history;
}

inline Event in_thread(int tid, Event event) {
  event.tid = tid;
  return event;
}

inline Event in_process(int pid, Event event) {
  event.pid = pid;
  event.tid = pid;
  return event;
}

// What a program tells.
inline Event reached(const std::string& role, const std::string& probe, int nth = 1) {
  return event(EventKind::reached, role, probe, {{"nth", nth}});
}
inline Event invoke(const std::string& role, const std::string& operation, int64_t object = 0) {
  return event(EventKind::invoke, role, operation, {{"values", nlohmann::json::array({object})}});
}
inline Event answer(EventKind kind, const std::string& role, const std::string& operation, int64_t object,
                    int64_t result) {
  return event(kind, role, operation, {{"values", nlohmann::json::array({object, result})}});
}
inline Event ok(const std::string& role, const std::string& operation, int64_t object = 0,
                int64_t result = 0) {
  return answer(EventKind::ok, role, operation, object, result);
}
inline Event failed(const std::string& role, const std::string& operation, int64_t object, int64_t error) {
  return answer(EventKind::fail, role, operation, object, error);
}
inline Event info(const std::string& role, const std::string& operation, int64_t object = 0) {
  return answer(EventKind::info, role, operation, object, 0);
}
inline Event observed(const std::string& role, const std::string& name, const std::vector<int64_t>& values) {
  return event(EventKind::observed, role, name, {{"values", values}});
}

// What is seen from outside.
inline Event spawned(const std::string& role) { return event(EventKind::spawned, role, "program"); }
inline Event fault(const std::string& role, const std::string& action, int line = 0,
                   const std::string& at = "probe:lock.held") {
  return event(EventKind::fault, role, action, {{"fault", line}, {"at", at}, {"nth", 1}});
}
// A fault of any action that sent this signal.
inline Event sent_signal(const std::string& role, int signal, const std::string& action = "signal") {
  Event event = fault(role, action);
  event.data["signal_sent"] = signal;
  return event;
}
inline Event killed(const std::string& role, int line = 0) { return fault(role, "kill", line); }
inline Event exited(const std::string& role, int code = 0) {
  return event(EventKind::ended, role, "exit", {{"code", code}});
}
inline Event ended_by(const std::string& role, int signal) {
  return event(EventKind::ended, role, "signal", {{"signal", signal}});
}
inline Event ending(const std::string& role, const std::string& what) {
  return event(EventKind::ending, role, what);
}
inline Event exec(const std::string& role) { return event(EventKind::task, role, "exec"); }
inline Event deadlock() { return event(EventKind::deadlock, "", ""); }
inline Event deadline(int after_ms) { return event(EventKind::deadline, "", "", {{"after_ms", after_ms}}); }
inline Event residue(const std::string& kind, const std::string& object) {
  return event(EventKind::residue, "", kind, {{"object", object}});
}
inline Event lost(const std::string& what, const std::string& role = "") {
  return event(EventKind::lost, role, what, {{"reason", "the journal is full"}});
}

// A case of these roles, with faults written as in a scenario: `at` and `action` in their own words.
inline Fault planned(const std::string& victim, const std::string& action,
                     const std::string& at = "probe:lock.held", int arrival = 1) {
  return {.victim = victim, .at = *parse_point(at), .arrival = arrival, .action = *parse_action(action)};
}
inline Case case_of(const std::vector<std::string>& roles, std::vector<Fault> faults = {}) {
  Case plan{
      .id = "s/native/v/f", .scenario = "s", .target = "native", .variant = "v", .faults = std::move(faults)};
  for (const std::string& role : roles) plan.roles.push_back({.name = role});
  return plan;
}

// What the named checker says, with the checker's name left out.
inline std::vector<Finding> findings_of(const std::string& checker, const Case& plan, const History& history,
                                        const nlohmann::json& options = nlohmann::json::object()) {
  const Checker* found = Checkers::instance().find(checker);
  CHECK(found != nullptr) << checker;
  return found->check(plan, history, options);
}

// "fail: …" or "inconclusive: …" of each finding, joined by newlines: a whole answer in one comparison.
inline std::string told(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += (text.empty() ? "" : "\n") + std::string(to_string(finding.verdict)) + ": " + finding.message;
  }
  return text;
}

}  // namespace harness::literals
