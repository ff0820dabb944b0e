#include "report/class_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/mistake.h"

namespace harness {
namespace {

// A mutant's mistake as one scenario shows it.
using PlantedIn = std::pair<std::string, std::string>;  // scenario, variant

void add_once(std::vector<std::string>& all, const std::string& one) {
  if (std::count(all.begin(), all.end(), one) == 0) all.push_back(one);
}

// A target none of whose cases could run has no case in the plan any more.
std::vector<std::string> targets_of(const RunRecord& record) {
  std::vector<std::string> targets;
  for (const TargetInfo& target : record.info.targets) add_once(targets, target.id);
  for (const Case& one : record.plan.cases) add_once(targets, one.target);
  return targets;
}

bool is_classed(const VariantRun& variant) {
  return variant.outcome.mutant && !variant.outcome.expected.mistake.empty();
}

// Those of the vocabulary first, then those that a later harness has written.
std::vector<std::string> classes_in_order(const std::vector<ScenarioRun>& runs) {
  std::vector<std::string> found;
  for (const ScenarioRun& run : runs) {
    for (const VariantRun& variant : run.variants) {
      if (is_classed(variant)) add_once(found, variant.outcome.expected.mistake);
    }
  }
  const std::vector<std::string> known = mistake_class_ids();
  std::stable_sort(found.begin(), found.end(), [&](const std::string& a, const std::string& b) {
    return std::find(known.begin(), known.end(), a) < std::find(known.begin(), known.end(), b);
  });
  return found;
}

void add_variant_to(ClassCell& cell, const VariantRun& variant) {
  const Expectation& expected = variant.outcome.expected;
  ++cell.mutants;
  if (variant.outcome.caught) {
    ++cell.caught;
  } else if (expected.outcome == Expectation::Outcome::fail) {
    cell.missed += variant.verdict == Verdict::fail ? 1 : 0;
  } else {
    add_once(cell.not_visible, expected.because.empty() ? "it is expected to pass there" : expected.because);
  }
}

// "short(3) needs a tracer; LeakSanitizer is a tracer itself": the one is the case's, the other the target's,
// and hundreds of cases have that in common.
std::string common_part(const std::string& reason) {
  const size_t behind = reason.rfind("; ");
  return behind == std::string::npos ? reason : reason.substr(behind + 2);
}

// What the plan notes of a scenario that a target cannot run.
std::vector<std::string> skip_reasons(const RunRecord& record, const std::string& scenario,
                                      const std::string& target) {
  const std::string beginning = scenario + " on " + target + ": skipped: ";
  std::vector<std::string> reasons;
  for (const std::string& note : record.plan.notes) {
    if (note.starts_with(beginning)) reasons.push_back(common_part(note.substr(beginning.size())));
  }
  return reasons;
}

ClassRow row_of(const std::string& id, const RunRecord& record, const std::vector<ScenarioRun>& runs,
                const std::vector<std::string>& targets) {
  std::set<PlantedIn> all;
  std::map<std::string, ClassCell> cells;
  std::map<std::string, std::set<PlantedIn>> run_on;
  for (const ScenarioRun& run : runs) {
    for (const VariantRun& variant : run.variants) {
      if (!is_classed(variant) || variant.outcome.expected.mistake != id) continue;
      const PlantedIn planted(run.scenario, variant.outcome.variant);
      all.insert(planted);
      run_on[run.target].insert(planted);
      add_variant_to(cells[run.target], variant);
    }
  }
  ClassRow row{.id = id, .words = mistake_words(id)};
  for (const std::string& target : targets) {
    ClassCell& cell = cells[target];
    cell.target = target;
    for (const PlantedIn& planted : all) {
      if (run_on[target].contains(planted)) continue;
      for (const std::string& reason : skip_reasons(record, planted.first, target))
        add_once(cell.not_run, reason);
    }
    row.cells.push_back(std::move(cell));
  }
  return row;
}

}  // namespace

// A mutant that was missed comes before those that cannot be seen: it must not hide behind their reasons.
std::string ClassCell::words() const {
  if (caught > 0) return fmt::format("caught {} of {}", caught, mutants);
  if (missed > 0) return "missed";
  if (!not_visible.empty()) return "not visible";
  if (mutants > 0) return "inconclusive";
  return not_run.empty() ? kNothing : "not run";
}

std::vector<std::string> ClassCell::reasons() const {
  std::vector<std::string> reasons;
  for (const std::string& reason : not_visible) reasons.push_back("not visible: " + reason);
  for (const std::string& reason : not_run) reasons.push_back("not run: " + reason);
  return reasons;
}

ClassTable class_table(const RunRecord& record, const std::vector<ScenarioRun>& runs) {
  ClassTable table{.targets = targets_of(record)};
  for (const std::string& id : classes_in_order(runs))
    table.rows.push_back(row_of(id, record, runs, table.targets));
  return table;
}

nlohmann::json classes_json(const ClassTable& table) {
  nlohmann::json classes = nlohmann::json::array();
  for (const ClassRow& row : table.rows) {
    nlohmann::json targets = nlohmann::json::array();
    for (const ClassCell& cell : row.cells) {
      targets.push_back({{"target", cell.target},
                         {"caught", cell.caught},
                         {"missed", cell.missed},
                         {"mutants", cell.mutants},
                         {"not_visible", cell.not_visible},
                         {"not_run", cell.not_run}});
    }
    classes.push_back({{"class", row.id}, {"words", row.words}, {"targets", targets}});
  }
  return classes;
}

}  // namespace harness
