#include "cli/gatekeeper.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/day.h"
#include "report/wording.h"
#include "run/catalogue.h"

namespace harness {
namespace {

constexpr std::string_view kGateSchema = "harness-gate/1";

std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::now())); }

// What a reader must know also when the gate is open.
bool is_let_off(const GateRule& rule) { return rule.name == "quarantine" || rule.name == "left out"; }

std::string_view mark_of(const GateRule& rule) {
  if (rule.verdict == Verdict::fail) return "BROKEN";
  return rule.verdict == Verdict::inconclusive ? "INCONCLUSIVE" : "let off";
}

std::string rule_line(const GateRule& rule) {
  const std::string place = rule.place.empty() ? "" : " (" + rule.place + ")";
  return fmt::format("{}  {}: {}{}\n", mark_of(rule), rule.name, printable(rule.message), place);
}

}  // namespace

Result<Gatekeeper> Gatekeeper::read(const std::string& policy_file, const std::string& day) {
  ASSIGN_OR_RETURN(GatePolicy policy, read_gate_policy(policy_file));
  if (!day.empty() && !is_day(day))
    return usage_error("--day \"" + day + "\" is no day; write it as 2027-01-31");
  std::vector<Claim> claims;
  if (policy.claims) {
    ASSIGN_OR_RETURN(claims, read_claims(Catalogue::find()));
  }
  return Gatekeeper(std::move(policy), std::move(claims), day.empty() ? today() : day);
}

GateOutcome Gatekeeper::judge(RunRecord record) const {
  return pass_gate(std::move(record), policy_, claims_, day_);
}

std::string gate_words(const GateOutcome& outcome) {
  std::string text;
  for (const GateRule& rule : outcome.rules) {
    if (rule.verdict != Verdict::pass || is_let_off(rule)) text += rule_line(rule);
  }
  const auto met = std::count_if(outcome.rules.begin(), outcome.rules.end(),
                                 [](const GateRule& rule) { return rule.verdict == Verdict::pass; });
  return text + fmt::format("gate {}: {} of {} met\n", outcome.verdict == Verdict::pass ? "open" : "closed",
                            met, counted(static_cast<int64_t>(outcome.rules.size()), "rule"));
}

std::string gate_json(const GateOutcome& outcome) {
  nlohmann::json rules = nlohmann::json::array();
  for (const GateRule& rule : outcome.rules) {
    rules.push_back({{"rule", rule.name},
                     {"verdict", to_string(rule.verdict)},
                     {"message", rule.message},
                     {"place", rule.place}});
  }
  const nlohmann::json json = {
      {"schema", kGateSchema}, {"verdict", to_string(outcome.verdict)}, {"rules", rules}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace harness
