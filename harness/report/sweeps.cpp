#include "report/sweeps.h"

#include <algorithm>
#include <map>

#include "run/instruction_exploration.h"

namespace harness {
namespace {

// What the cases of one sweep have in common.
std::string without_number(Fault fault) {
  fault.arrival = kEveryArrival;
  std::string text = to_string(fault);
  constexpr std::string_view kEvery = "#every";
  return text.erase(text.find(kEvery), kEvery.size());
}

}  // namespace

std::vector<Sweep> sweeps_of(const ScenarioRun& run) {
  std::vector<Sweep> sweeps;
  for (const VariantRun& variant : run.variants) {
    std::map<std::string, Sweep> found;
    for (const JudgedCase& one : variant.cases) {
      const auto fault = struck_in_region(*one.plan);
      if (!fault || !one.was_run) continue;
      Sweep& sweep = found[without_number(*fault)];
      ++sweep.instructions;
      if (one.result.verdict == Verdict::fail) sweep.failed.push_back(fault->arrival);
    }
    for (auto& [fault, sweep] : found) {
      sweep.variant = variant.outcome.variant;
      sweep.fault = fault;
      std::sort(sweep.failed.begin(), sweep.failed.end());
      if (sweep.instructions > 1) sweeps.push_back(std::move(sweep));
    }
  }
  return sweeps;
}

std::string ranges(const std::vector<int>& numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size();) {
    size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(numbers[i]);
    if (last > i) text += ".." + std::to_string(numbers[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace harness
