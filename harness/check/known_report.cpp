#include "check/known_report.h"

#include <algorithm>

#include "base/day.h"

namespace harness {
namespace {

Result<KnownReport> known_report(const nlohmann::json& json) {
  KnownReport known;
  const std::pair<const char*, std::string*> keys[] = {
      {"report", &known.report}, {"at", &known.at}, {"because", &known.because}, {"until", &known.until}};
  for (const auto& [key, value] : keys) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end() || !found->is_string() || found->get<std::string>().empty())
      return usage_error("a known report needs { report: KIND, at: FILE, because: WHY, until: DAY }; \"" +
                         std::string(key) + "\" is missing");
    *value = found->get<std::string>();
  }
  if (json.size() != std::size(keys))
    return usage_error("a known report has report, at, because and until, and nothing else");
  if (!is_day(known.until))
    return usage_error("until: write a day such as 2027-06-30, not \"" + known.until + "\"");
  return known;
}

}  // namespace

bool KnownReport::is_about(const SanitizerReport& told) const {
  return told.kind.find(report) != std::string::npos && told.place.find(at) != std::string::npos;
}

Result<std::vector<KnownReport>> known_reports(const nlohmann::json& options) {
  std::vector<KnownReport> all;
  if (options.empty()) return all;
  if (!options.is_object() || options.size() != 1 || !options.contains("known") ||
      !options.at("known").is_array())
    return usage_error("sanitizer_clean takes { known: [ … ] }");
  for (const nlohmann::json& json : options.at("known")) {
    ASSIGN_OR_RETURN(KnownReport known, known_report(json));
    all.push_back(std::move(known));
  }
  return all;
}

std::vector<KnownReport> known_reports_of(const Case& plan) {
  for (const CheckerUse& use : plan.checkers) {
    if (use.name != "sanitizer_clean") continue;
    if (auto known = known_reports(use.options)) return std::move(*known);
  }
  return {};
}

bool is_known(const std::vector<KnownReport>& known, const SanitizerReport& report) {
  return std::any_of(known.begin(), known.end(),
                     [&](const KnownReport& one) { return one.is_about(report); });
}

nlohmann::json in_force(const nlohmann::json& options, const std::string& day,
                        std::vector<KnownReport>& over) {
  nlohmann::json kept = nlohmann::json::array();
  if (options.empty()) return options;
  for (const nlohmann::json& json : options.at("known")) {
    auto known = known_report(json);
    if (known && known->until < day) {
      over.push_back(std::move(*known));
    } else {
      kept.push_back(json);
    }
  }
  return kept.empty() ? nlohmann::json::object() : nlohmann::json{{"known", std::move(kept)}};
}

}  // namespace harness
