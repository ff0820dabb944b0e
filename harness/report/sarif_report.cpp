// findings.sarif: what was not as expected, as code scanners tell it (SARIF 2.1.0, OASIS), for the pages that
// show findings beside the code.
//
// A finding stands where a sanitizer saw the mistake, and else at the scenario that it broke. What was
// expected, as a mutant that was caught, is no result.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "check/outcome.h"
#include "check/sanitizer_report.h"
#include "report/format.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/wording.h"

namespace harness {
namespace {

using nlohmann::json;

struct Place {
  std::string file;
  int line = 0;
};

// "subjects/ring/ring.h:12 in recover", "a.cpp:4:5"; nothing for "(program+0x1234) in main".
std::vector<Place> place_in(const std::string& text) {
  static const std::regex pattern(R"(^([^ :()]+):(\d{1,9})(:\d+)?( in .*)?$)");
  std::smatch match;
  if (!std::regex_match(text, match, pattern)) return {};
  return {{match[1], std::stoi(match[2])}};
}

// Where the sanitizer's report that this finding quotes has its mistake.
std::vector<Place> places_of(const Finding& finding, const History& history) {
  for (const Event& event : history) {
    if (std::count(finding.events.begin(), finding.events.end(), event.index) == 0) continue;
    if (event.kind != EventKind::output) continue;
    for (const SanitizerReport& report : sanitizer_reports(event.data.value("text", ""))) {
      const bool is_quoted = !report.place.empty() && finding.message.find(report.place) != std::string::npos;
      if (is_quoted) return place_in(report.place);
    }
  }
  return {};
}

// A path becomes an URI: what RFC 3986 does not allow in a path is escaped.
std::string uri_of(const std::string& path) {
  static constexpr std::string_view kAllowed = "/-._~!$&'()*+,;=@";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        byte < 0x80 && (std::isalnum(byte) != 0 || kAllowed.find(c) != std::string_view::npos);
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return path.starts_with('/') ? "file://" + uri : uri;
}

json location(const Place& place) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(place.file)}}}, {"region", {{"startLine", place.line}}}}}};
}

Place scenario_place(const Case& plan) { return {"scenarios/" + plan.scenario + "/scenario.yaml", 1}; }

json logical_location(const Case& plan) {
  return {{"logicalLocations", {{{"fullyQualifiedName", plan.id}, {"kind", "test"}}}}};
}

json locations_of(const JudgedCase& one, const Finding& finding) {
  json first = logical_location(*one.plan);
  const std::vector<Place> places = places_of(finding, *one.history);
  first.update(location(places.empty() ? scenario_place(*one.plan) : places.front()));
  return json::array({first});
}

class Results {
 public:
  void add(const JudgedCase& one) {
    for (const Finding& finding : one.result.findings) {
      if (finding.verdict == Verdict::pass) continue;
      const bool is_failure = finding.verdict == Verdict::fail;
      results_.push_back(
          {{"ruleId", finding.checker},
           {"ruleIndex", rule(finding.checker)},
           {"level", is_failure ? "error" : "warning"},
           {"message", {{"text", printable(finding.message) + "\nRun it again: " + replay_line(*one.plan)}}},
           {"locations", locations_of(one, finding)},
           {"partialFingerprints", {{"case/v1", one.plan->id + " " + finding.checker}}}});
    }
  }

  // A mutant that no case caught has no finding of any checker: that is what is wrong.
  void add_missed(const VariantRun& variant) {
    const Case& plan = *variant.cases.front().plan;
    json first = logical_location(plan);
    first.update(location(scenario_place(plan)));
    results_.push_back(
        {{"ruleId", "not_as_expected"},
         {"ruleIndex", rule("not_as_expected")},
         {"level", "error"},
         {"message", {{"text", printable(variant.outcome.why)}}},
         {"locations", json::array({first})},
         {"partialFingerprints", {{"case/v1", plan.scenario + "/" + plan.target + "/" + plan.variant}}}});
  }

  json rules() const {
    json rules = json::array();
    for (const std::string& id : ids_)
      rules.push_back({{"id", id}, {"name", id}, {"shortDescription", {{"text", "harness check " + id}}}});
    return rules;
  }
  const json& results() const { return results_; }

 private:
  size_t rule(const std::string& id) {
    const auto found = std::find(ids_.begin(), ids_.end(), id);
    if (found != ids_.end()) return static_cast<size_t>(found - ids_.begin());
    ids_.push_back(id);
    return ids_.size() - 1;
  }

  std::vector<std::string> ids_;
  json results_ = json::array();
};

class SarifReport : public ReportFormat {
 public:
  std::string_view id() const override { return "sarif"; }
  std::string_view summary() const override {
    return "SARIF 2.1.0: findings that were not expected, with places";
  }
  std::string_view file_name() const override { return "findings.sarif"; }
  bool is_in_every_run_folder() const override { return false; }

  std::string render(const RunRecord& record) const override {
    Results results;
    const std::vector<ScenarioRun> runs = scenario_runs(record);
    for (const ScenarioRun& run : runs) {
      for (const VariantRun& variant : run.variants) {
        if (variant.outcome.as_expected) continue;
        const std::vector<const JudgedCase*> surprises = variant.surprises();
        for (const JudgedCase* one : surprises) results.add(*one);
        if (surprises.empty()) results.add_missed(variant);
      }
    }
    json notifications = json::array();
    for (const std::string& note : record.plan.notes)
      notifications.push_back({{"level", "note"}, {"message", {{"text", printable(note)}}}});
    const json driver = {{"name", "harness"}, {"version", record.info.version}, {"rules", results.rules()}};
    const json run = {
        {"tool", {{"driver", driver}}},
        {"results", results.results()},
        {"columnKind", "utf16CodeUnits"},
        {"automationDetails", {{"id", "harness/" + record.info.id}}},
        {"invocations",
         {{{"executionSuccessful", record.complete}, {"toolExecutionNotifications", notifications}}}}};
    const json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", json::array({run})}};
    return log.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  }
};

const Registration<ReportFormat> registration{std::make_unique<SarifReport>()};

}  // namespace
}  // namespace harness
