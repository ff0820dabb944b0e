#include "core/finding.h"

#include <array>
#include <utility>

namespace harness {
namespace {

constexpr std::array<std::pair<Whose, std::string_view>, 3> kWhose = {
    {{Whose::program, "program"},
     {Whose::platform, "platform"},
     {Whose::emulator_suspect, "emulator-suspect"}}};

Whose whose_from(const std::string& name) {
  for (const auto& [whose, text] : kWhose) {
    if (text == name) return whose;
  }
  return Whose::program;
}

}  // namespace

std::string_view to_string(Whose whose) {
  for (const auto& [known, text] : kWhose) {
    if (known == whose) return text;
  }
  return "?";
}

void to_json(nlohmann::json& json, const Finding& finding) {
  json = {{"checker", finding.checker},
          {"verdict", to_string(finding.verdict)},
          {"message", finding.message},
          {"events", finding.events},
          {"whose", to_string(finding.whose)}};
  if (!finding.defect.empty()) json["defect"] = finding.defect;
}

void from_json(const nlohmann::json& json, Finding& finding) {
  json.at("checker").get_to(finding.checker);
  finding.verdict = verdict_from(json.at("verdict").get<std::string>()).value_or(Verdict::inconclusive);
  json.at("message").get_to(finding.message);
  json.at("events").get_to(finding.events);
  finding.whose = whose_from(json.at("whose").get<std::string>());
  finding.defect = json.value("defect", "");
}

void to_json(nlohmann::json& json, const CaseResult& result) {
  json = {{"id", result.id},
          {"verdict", to_string(result.verdict)},
          {"findings", result.findings},
          {"as_expected", result.as_expected},
          {"caught_by", result.caught_by},
          {"duration_ns", result.duration_ns},
          {"faults_planned", result.faults_planned},
          {"faults_fired", result.faults_fired}};
}

void from_json(const nlohmann::json& json, CaseResult& result) {
  json.at("id").get_to(result.id);
  result.verdict = verdict_from(json.at("verdict").get<std::string>()).value_or(Verdict::inconclusive);
  json.at("findings").get_to(result.findings);
  json.at("as_expected").get_to(result.as_expected);
  json.at("caught_by").get_to(result.caught_by);
  json.at("duration_ns").get_to(result.duration_ns);
  json.at("faults_planned").get_to(result.faults_planned);
  json.at("faults_fired").get_to(result.faults_fired);
}

}  // namespace harness
