// Shrinking: from a case that fails to a smaller one that fails in the same way. Pure; what it asks about is
// run by others.
#pragma once

#include <string>
#include <vector>

#include "core/case.h"
#include "core/finding.h"

namespace harness {

// All cases that are one step smaller, the smallest first: without one of its faults; with one that strikes
// once in place of from then on, at an earlier arrival, or without being held; with turns taken in the order
// of the roles, with one change of turns alone, or with one less. Their ids say what they are.
std::vector<Case> smaller_cases(const Case& one);

// Whether it failed by the same checker that first failed the other, with all of its faults struck.
bool fails_in_the_same_way(const CaseResult& result, const CaseResult& original);

}  // namespace harness
