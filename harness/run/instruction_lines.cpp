#include "run/instruction_lines.h"

#include <algorithm>

namespace harness {
namespace {

constexpr std::string_view kProbe = "probe:";

// FROM..TO, where an end may be written as the probe that it is.
std::string without_kinds(std::string text) {
  for (size_t at = 0; (at = text.find(kProbe, at)) != std::string::npos;) text.erase(at, kProbe.size());
  return text;
}

std::vector<std::string> instances_of(const Role& role) {
  if (role.count == 1) return {role.name};
  std::vector<std::string> names;
  for (int i = 1; i <= role.count; ++i) names.push_back(role.name + "." + std::to_string(i));
  return names;
}

std::vector<std::string> victims_of(const Scenario& scenario, const PlanRequest& request) {
  std::vector<std::string> wanted = request.victims;
  if (wanted.empty() && scenario.instructions) wanted = scenario.instructions->victims;
  std::vector<std::string> victims;
  for (const Role& role : scenario.roles) {
    for (const std::string& instance : instances_of(role)) {
      const bool is_wanted =
          wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
            return names_instance(name, instance);
          });
      if (is_wanted) victims.push_back(instance);
    }
  }
  return victims;
}

std::vector<FaultLine> starts_of(const Scenario& scenario) {
  const bool has_any = scenario.instructions && !scenario.instructions->start.empty();
  return has_any ? scenario.instructions->start : std::vector<FaultLine>{FaultLine{}};
}

}  // namespace

Result<InjectionPoint> region_to_explore(const Scenario& scenario, const PlanRequest& request) {
  if (!request.region.empty()) {
    auto region = parse_point("insn:" + without_kinds(request.region));
    if (!region)
      return usage_error("--region " + request.region +
                         " is not understood; write FROM..TO, two probes that the victim passes");
    return region;
  }
  if (scenario.instructions) return scenario.instructions->region;
  return usage_error(
      "scenario " + scenario.name +
      " says of no region that its instructions are to be explored; name one by --region "
      "FROM..TO, two probes, or in the scenario: explore: { instructions: { region: FROM..TO } }");
}

Result<std::vector<FaultLine>> instruction_lines(const Scenario& scenario, const PlanRequest& request) {
  ASSIGN_OR_RETURN(const InjectionPoint region, region_to_explore(scenario, request));
  std::vector<FaultLine> lines = {FaultLine{}};
  for (const FaultLine& start : starts_of(scenario)) {
    for (const std::string& victim : victims_of(scenario, request)) {
      lines.push_back(start);
      lines.back().faults.push_back(
          {.victim = victim, .at = region, .arrival = kEveryArrival, .action = {"kill", ""}});
    }
  }
  return lines;
}

}  // namespace harness
