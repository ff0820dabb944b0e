#include "run/claims.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/suggest.h"
#include "os/files.h"
#include "run/scenario_file.h"

namespace harness {
namespace {

Result<std::vector<Claim>> read_file_of_claims(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, read_file(path));
  std::vector<Claim> claims;
  try {
    for (const auto& entry : YAML::Load(text)) {
      Claim claim{.id = entry.first.Scalar(), .mechanism = entry.second["mechanism"].Scalar()};
      claim.text = entry.second["claim"].Scalar();
      if (entry.second["open"]) claim.open = entry.second["open"].Scalar();
      claims.push_back(std::move(claim));
    }
  } catch (const YAML::Exception& error) {
    return usage_error(path + ": not valid: " + error.what());
  }
  return claims;
}

Status add_scenario(std::vector<Claim>& claims, const Scenario& scenario) {
  for (const std::string& id : scenario.covers) {
    const auto claim =
        std::find_if(claims.begin(), claims.end(), [&](const Claim& one) { return one.id == id; });
    if (claim == claims.end()) {
      std::vector<std::string> known;
      for (const Claim& one : claims) known.push_back(one.id);
      return usage_error(scenario.file + ": covers: " + not_found("claim", id, known));
    }
    claim->scenarios.push_back(scenario.name);
    for (const auto& [variant, expectation] : scenario.expect) {
      const bool is_mutant = expectation.outcome == Expectation::Outcome::fail;
      if (is_mutant && expectation.because.empty()) claim->mutants.push_back(scenario.name + ":" + variant);
      if (expectation.outcome == Expectation::Outcome::not_shown)
        claim->not_shown.push_back(scenario.name + ":" + variant);
    }
  }
  return done();
}

}  // namespace

Result<std::vector<Claim>> read_claims(const Catalogue& catalogue) {
  ASSIGN_OR_RETURN(std::vector<Claim> claims,
                   read_file_of_claims(catalogue.scenarios_directory() + "/claims.yaml"));
  for (const std::string& name : catalogue.scenario_names()) {
    ASSIGN_OR_RETURN(const std::string file, catalogue.scenario_file(name));
    ASSIGN_OR_RETURN(const Scenario scenario, read_scenario(file));
    TRY(add_scenario(claims, scenario));
  }
  return claims;
}

}  // namespace harness
