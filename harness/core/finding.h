// Finding: what one checker says about one case, with its evidence; and CaseResult, what a case came to.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/verdict.h"

namespace harness {

// Whose fault a failure is.
enum class Whose { program, platform, emulator_suspect };

std::string_view to_string(Whose whose);

struct Finding {
  std::string checker;
  Verdict verdict = Verdict::pass;
  std::string message;      // one sentence, names the roles and the values
  std::vector<int> events;  // indices into the history of the case: the evidence
  Whose whose = Whose::program;
  std::string defect;  // Whose::platform: the defect's name, such as MX-22
  // Inconclusive because what the checker asks about did not come up: not because something was missed. Not
  // stored, since a stored run is judged again from its history.
  bool is_beside_the_point = false;
};

// What a case came to, judged from its history.
struct CaseResult {
  std::string id;
  Verdict verdict = Verdict::pass;
  std::vector<Finding> findings;  // passes are left out
  bool as_expected = false;
  std::string caught_by;  // the checker that caught a mutant in this case, or ""
  int64_t duration_ns = 0;
  int faults_planned = 0;
  int faults_fired = 0;
};

void to_json(nlohmann::json& json, const Finding& finding);
void from_json(const nlohmann::json& json, Finding& finding);
void to_json(nlohmann::json& json, const CaseResult& result);
void from_json(const nlohmann::json& json, CaseResult& result);

}  // namespace harness
