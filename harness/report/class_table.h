// ClassTable: the classes of mistakes that the run's mutants have, and on which of its targets each is seen.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "record/run_record.h"
#include "report/scenario_run.h"

namespace harness {

inline constexpr const char* kNothing = "–";  // in a cell whose target had nothing to show

// What the mutants of one class came to on one target. A mutant counts once for each scenario that has it.
struct ClassCell {
  std::string target;
  int caught = 0;
  int missed = 0;                        // should have been caught, and every case of theirs was judged
  int mutants = 0;                       // that were run there
  std::vector<std::string> not_visible;  // why those that were run and not caught cannot come out there
  std::vector<std::string> not_run;      // why those of the other targets were left out there

  // "caught 5 of 6", "missed", "not visible", "not run", "inconclusive" or kNothing.
  std::string words() const;

  // "not visible: …" or "not run: …": why it is not more.
  std::vector<std::string> reasons() const;
};

struct ClassRow {
  std::string id;
  std::string words;  // of the vocabulary: core/mistake.h
  std::vector<ClassCell> cells;
};

struct ClassTable {
  std::vector<std::string> targets;  // of the run, in its order
  std::vector<ClassRow> rows;        // in the order of the vocabulary; each has a cell for each target
};

ClassTable class_table(const RunRecord& record, const std::vector<ScenarioRun>& runs);

// `classes` of report.json.
nlohmann::json classes_json(const ClassTable& table);

}  // namespace harness
