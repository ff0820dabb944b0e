#include "check/sanitizer_end.h"

#include <algorithm>
#include <string>
#include <vector>

#include "check/known_report.h"
#include "check/sanitizer_report.h"

namespace harness {
namespace {

bool is_sanitizers_status(const Event& ended) {
  if (ended.name != "exit") return false;
  const int code = ended.data.value("code", -1);
  return code == kAddressSanitizerStatus || code == kThreadSanitizerStatus ||
         code == kThreadSanitizerOwnStatus;
}

std::vector<SanitizerReport> reports_of(const History& history, std::string_view instance) {
  std::vector<SanitizerReport> all;
  for (const Event& event : history) {
    if (event.role != instance || !is_from_sanitizer(event)) continue;
    const auto told = sanitizer_reports(event.data.value("text", ""));
    all.insert(all.end(), told.begin(), told.end());
  }
  return all;
}

}  // namespace

bool is_from_sanitizer(const Event& event) {
  return event.kind == EventKind::output && (event.name == "report" || event.name == "stderr");
}

bool was_ended_by_known_report(const Case& plan, const History& history, const Event& ended) {
  if (!is_sanitizers_status(ended)) return false;
  const auto known = known_reports_of(plan);
  const auto reports = reports_of(history, ended.role);
  return !reports.empty() && std::all_of(reports.begin(), reports.end(), [&](const SanitizerReport& one) {
    return !one.is_own_failure && is_known(known, one);
  });
}

bool has_sanitizer_broken_off(const History& history, std::string_view instance) {
  const auto reports = reports_of(history, instance);
  return std::any_of(reports.begin(), reports.end(),
                     [](const SanitizerReport& one) { return one.is_own_failure; });
}

}  // namespace harness
