#include "report/headline.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/wording.h"

namespace harness {
namespace {

int64_t not_as_expected(const RunOutcome& outcome) {
  return std::count_if(outcome.variants.begin(), outcome.variants.end(),
                       [](const VariantOutcome& variant) { return !variant.as_expected; });
}

}  // namespace

std::string headline(const RunRecord& record, const RunOutcome& outcome) {
  if (outcome.cases == 0) return "Nothing was run";
  if (outcome.surprise)
    return fmt::format("Fail: {} not as expected", counted(not_as_expected(outcome), "variant"));
  if (outcome.inconclusive_any) {
    return fmt::format("Inconclusive: {} could not be judged", counted(outcome.inconclusive, "case"));
  }
  if (!record.complete) return "Inconclusive: the run was cut short";
  return "Pass: all as expected";
}

Verdict verdict_of(const RunRecord& record, const RunOutcome& outcome) {
  const bool is_cut_short = !record.complete && outcome.verdict == Verdict::pass;
  return is_cut_short ? Verdict::inconclusive : outcome.verdict;
}

}  // namespace harness
