// What an expectation asks of one case, and what a case's findings answer.
#pragma once

#include <string>
#include <vector>

#include "core/case.h"
#include "core/finding.h"

namespace harness {

// True when the checker found a failure of the program itself. A platform's defect proves nothing about a
// mutant.
bool failed_by(const std::vector<Finding>& findings, const std::string& checker);

// True when some failure is the named platform defect.
bool shows_defect(const std::vector<Finding>& findings, const std::string& defect);

// True when one case with these findings is in order. That some case must also show the expected failure is a
// matter of all cases together: see check/outcome.h. An inconclusive case is never in order.
bool is_as_expected(const Expectation& expected, Verdict verdict, const std::vector<Finding>& findings);

// The checker that caught what is expected to fail: the expected one, or else the first other that failed; or
// "".
std::string caught_by(const Expectation& expected, const std::vector<Finding>& findings);

}  // namespace harness
