#include "check/operations.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "check/findings.h"
#include "check/life.h"

namespace harness {
namespace {

bool is_lost_operations(const Event& event) {
  return event.kind == EventKind::lost && event.name == "operations";
}

}  // namespace

bool is_operation(const Event& event, std::string_view name) {
  return event.name == name && (event.kind == EventKind::invoke || event.kind == EventKind::ok ||
                                event.kind == EventKind::fail || event.kind == EventKind::info);
}

std::vector<Operation> operations(const History& history, std::string_view name) {
  std::vector<Operation> found;
  std::map<std::tuple<std::string, int, int, int64_t>, size_t> open;  // by thread and object
  const int end = clean_up_begins(history);
  for (const Event& event : history) {
    if (event.index >= end || !is_operation(event, name)) continue;
    const auto key = std::make_tuple(event.role, event.pid, event.tid, event.value(0));
    const auto begun = open.find(key);
    if (event.kind == EventKind::invoke) {
      open[key] = found.size();
      found.push_back({.invoke = &event});
    } else if (begun != open.end()) {
      found[begun->second].answer = &event;
      open.erase(begun);
    } else {
      found.push_back({.answer = &event});
    }
  }
  return found;
}

bool operations_lost(const History& history, std::string_view instance) {
  return std::any_of(history.begin(), history.end(), [&](const Event& event) {
    return is_lost_operations(event) && (instance.empty() || event.role.empty() || event.role == instance);
  });
}

std::vector<Finding> unless_operations_lost(const History& history, std::vector<Finding> findings) {
  const bool fails = std::any_of(findings.begin(), findings.end(),
                                 [](const Finding& finding) { return finding.verdict == Verdict::fail; });
  const auto lost = std::find_if(history.begin(), history.end(), is_lost_operations);
  if (fails || lost == history.end()) return findings;
  const std::string whose = lost->role.empty() ? "some operations" : "operations of " + lost->role;
  findings.push_back(inconclusive(whose + " were not recorded, so what was recorded proves nothing: " +
                                      lost->data.value("reason", "no reason is known"),
                                  {lost->index}));
  return findings;
}

}  // namespace harness
