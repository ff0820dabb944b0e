#include "check/expectation.h"

#include <algorithm>

namespace harness {
namespace {

bool is_failure(const Finding& finding) { return finding.verdict == Verdict::fail; }

bool is_defect(const Finding& finding, const std::string& defect) {
  return finding.whose == Whose::platform && finding.defect == defect;
}

bool every_failure_is_defect(const std::vector<Finding>& findings, const std::string& defect) {
  return std::all_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return !is_failure(finding) || is_defect(finding, defect);
  });
}

}  // namespace

bool failed_by(const std::vector<Finding>& findings, const std::string& checker) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return is_failure(finding) && (checker.empty() || finding.checker == checker) &&
           finding.whose == Whose::program;
  });
}

bool shows_defect(const std::vector<Finding>& findings, const std::string& defect) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return is_failure(finding) && is_defect(finding, defect);
  });
}

bool is_as_expected(const Expectation& expected, Verdict verdict, const std::vector<Finding>& findings) {
  if (verdict != Verdict::fail) return verdict == Verdict::pass;
  switch (expected.outcome) {
    case Expectation::Outcome::pass:
      return false;
    case Expectation::Outcome::not_shown:
      return !caught_by(expected, findings).empty();
    case Expectation::Outcome::fail:
      return failed_by(findings, expected.checker);
    case Expectation::Outcome::platform:
      return shows_defect(findings, expected.defect) && every_failure_is_defect(findings, expected.defect);
  }
  return false;
}

std::string caught_by(const Expectation& expected, const std::vector<Finding>& findings) {
  const bool is_to_fail =
      expected.outcome == Expectation::Outcome::fail || expected.outcome == Expectation::Outcome::not_shown;
  if (!is_to_fail) return "";
  if (!expected.checker.empty() && failed_by(findings, expected.checker)) return expected.checker;
  for (const Finding& finding : findings) {
    if (is_failure(finding) && finding.whose == Whose::program) return finding.checker;
  }
  return "";
}

}  // namespace harness
