#include "run/known_in_plan.h"

#include <algorithm>
#include <vector>

#include "check/known_report.h"

namespace harness {
namespace {

void add_once(Plan& plan, const std::string& note) {
  if (std::count(plan.notes.begin(), plan.notes.end(), note) == 0) plan.notes.push_back(note);
}

std::string words_of(const Case& one, const KnownReport& known) {
  return one.scenario + " on " + one.target + ": \"" + known.report + "\" at " + known.at;
}

}  // namespace

void settle_known_reports(Plan& plan, const std::string& day) {
  for (size_t i = 0; i < plan.cases.size(); ++i) {
    for (CheckerUse& use : plan.cases[i].checkers) {
      if (use.name != "sanitizer_clean") continue;
      std::vector<KnownReport> over;
      use.options = in_force(use.options, day, over);
      const Case& one = plan.cases[i];
      for (const KnownReport& known : over)
        add_once(plan, words_of(one, known) + " was known until " + known.until +
                           ", and counts again: " + known.because);
      const auto left = known_reports(use.options);
      for (const KnownReport& known : left ? *left : std::vector<KnownReport>())
        add_once(plan, words_of(one, known) + " does not count until " + known.until + ": " + known.because);
    }
  }
}

}  // namespace harness
