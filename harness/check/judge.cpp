#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>

#include "base/suggest.h"
#include "check/checker.h"
#include "check/expectation.h"
#include "check/findings.h"
#include "check/second_opinion.h"

namespace harness {
namespace {

constexpr std::string_view kAlways[] = {"fault_fired", "sanitizer_clean"};

bool is_always_asked(std::string_view checker) {
  return std::find(std::begin(kAlways), std::end(kAlways), checker) != std::end(kAlways);
}

// One program run amok can break a rule thousands of times; these many findings of one checker say it as
// well.
constexpr size_t kFindingsMax = 10;

std::vector<Finding> ask(const CheckerUse& use, const Case& plan, const History& history) {
  const Checker* checker = Checkers::instance().find(use.name);
  if (!checker) return {inconclusive("this build has no checker of that name")};
  try {
    return checker->check(plan, history, use.options);
  } catch (const std::exception& thrown) {
    return {inconclusive(fmt::format("the checker broke off: {}", thrown.what()))};
  }
}

void shorten(std::vector<Finding>& findings) {
  if (findings.size() <= kFindingsMax) return;
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.verdict > b.verdict; });
  const size_t more = findings.size() - kFindingsMax;
  findings.resize(kFindingsMax);
  findings.back().message += fmt::format(" (and {} findings more)", more);
}

void add_findings_of(const CheckerUse& use, const Case& plan, const History& history, CaseResult& result) {
  std::vector<Finding> findings = ask(use, plan, history);
  std::erase_if(findings, [](const Finding& finding) { return finding.verdict == Verdict::pass; });
  shorten(findings);
  for (Finding& finding : findings) {
    finding.checker = use.name;
    result.verdict = worst(result.verdict, finding.verdict);
    result.findings.push_back(std::move(finding));
  }
}

bool judges(const CheckerUse& use, const Case& plan) {
  const Checker* checker = Checkers::instance().find(use.name);
  return checker == nullptr || checker->mode().empty() || checker->mode() == plan.mode;
}

// Those that are always asked first, then what the case names; a case that names nothing has not been looked
// at.
void add_all_findings(const Case& plan, const History& history, CaseResult& result) {
  for (const std::string_view always : kAlways) {
    const auto named = std::find_if(plan.checkers.begin(), plan.checkers.end(),
                                    [&](const CheckerUse& use) { return use.name == always; });
    add_findings_of(named == plan.checkers.end() ? CheckerUse{.name = std::string(always)} : *named, plan,
                    history, result);
  }
  for (const CheckerUse& use : plan.checkers) {
    if (!is_always_asked(use.name)) add_findings_of(use, plan, history, result);
  }
  if (std::any_of(plan.checkers.begin(), plan.checkers.end(),
                  [&](const CheckerUse& use) { return judges(use, plan); }))
    return;
  Finding nothing = inconclusive(
      plan.checkers.empty() ? "the case names no checker, so nothing was judged"
                            : "the case names no checker that judges processes, so nothing was judged");
  nothing.checker = kAlways[0];
  result.verdict = worst(result.verdict, nothing.verdict);
  result.findings.push_back(std::move(nothing));
}

// An exploration strikes where its scenario never thought of, so what a checker asks about may not come up.
// What the others say stands then, as long as there is one and nothing else is inconclusive.
void leave_it_to_others(const Case& plan, CaseResult& result) {
  if (plan.explored.empty() || result.verdict != Verdict::inconclusive) return;
  std::set<std::string> silent;
  for (const Finding& finding : result.findings) {
    if (!finding.is_beside_the_point) return;
    silent.insert(finding.checker);
  }
  const bool has_spoken = std::any_of(plan.checkers.begin(), plan.checkers.end(),
                                      [&](const CheckerUse& use) { return silent.count(use.name) == 0; });
  if (has_spoken) result.verdict = Verdict::pass;
}

int faults_fired(const Case& plan, const History& history) {
  std::set<int> fired;
  for (const Event& event : history) {
    if (event.kind == EventKind::fault) fired.insert(event.data.value("fault", -1));
  }
  std::erase_if(fired, [&](int fault) { return fault < 0 || fault >= static_cast<int>(plan.faults.size()); });
  return static_cast<int>(fired.size());
}

int64_t duration_ns(const History& history) {
  int64_t last = 0;
  for (const Event& event : history) last = std::max(last, event.time_ns);
  return last;
}

}  // namespace

Status Checker::accepts(const nlohmann::json& options) const {
  if (options.empty()) return done();
  return usage_error(fmt::format("checker {} takes no options, but was given {}", id(), options.dump()));
}

bool is_list_of_names(const nlohmann::json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const nlohmann::json& name) { return name.is_string(); });
}

Status check_use(const CheckerUse& use, const std::vector<Role>& roles) {
  const Checker* checker = Checkers::instance().find(use.name);
  if (checker == nullptr) {
    std::vector<std::string> names;
    for (const Checker* one : Checkers::instance().all()) names.emplace_back(one->id());
    return usage_error(not_found("checker", use.name, names));
  }
  TRY(checker->accepts(use.options));
  const std::vector<std::string> known = names_of(roles);
  for (const std::string& role : checker->roles_in(use.options)) {
    if (std::count(known.begin(), known.end(), role) == 0)
      return usage_error(use.name + ": " + not_found("role", role, known));
  }
  return done();
}

CaseResult judge(const Case& plan, const History& history) {
  CaseResult result{.id = plan.id};
  add_all_findings(plan, history, result);
  leave_it_to_others(plan, result);
  apply_second_opinions(history, result);
  result.as_expected = is_as_expected(plan.expected, result.verdict, result.findings);
  result.caught_by = caught_by(plan.expected, result.findings);
  result.duration_ns = duration_ns(history);
  result.faults_planned = static_cast<int>(plan.faults.size());
  result.faults_fired = faults_fired(plan, history);
  return result;
}

}  // namespace harness
