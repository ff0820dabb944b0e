#include "report/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/class_table.h"
#include "report/comparison.h"
#include "report/exploration_words.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/wording.h"
#include "run/supervisor.h"

namespace harness {
namespace {

// The rest is in the record; a screen is for the first look.
constexpr size_t kMostIds = 5;
constexpr size_t kMostNotes = 8;

constexpr std::string_view kRed = "1;31";
constexpr std::string_view kYellow = "1;33";
constexpr std::string_view kDim = "2";

struct Columns {
  size_t scenario = 0;
  size_t target = 0;
};

Columns widest(const std::vector<ScenarioRun>& runs) {
  Columns columns;
  for (const ScenarioRun& run : runs) {
    columns.scenario = std::max(columns.scenario, run.scenario.size());
    columns.target = std::max(columns.target, run.target.size());
  }
  return columns;
}

// Nothing for a pass: a quiet line needs no praise.
std::string verdict_mark(Verdict verdict, const TerminalStyle& style) {
  if (verdict == Verdict::fail) return painted("SURPRISE", kRed, style) + "  ";
  if (verdict == Verdict::inconclusive) return painted("INCONCLUSIVE", kYellow, style) + "  ";
  return "";
}

std::string scenario_line(const ScenarioRun& run, const Columns& columns, const TerminalStyle& style) {
  return fmt::format("{:<{}}  {:<{}}  {}{} · {}\n", run.scenario, columns.scenario, run.target,
                     columns.target, verdict_mark(run.outcome.verdict, style), counts_words(run),
                     duration_words(run.duration_ns()));
}

std::string field(std::string_view name, const std::string& value) {
  return fmt::format("  {:<8}{}\n", name, value);
}

std::string other_surprises(const std::vector<const JudgedCase*>& surprises) {
  if (surprises.size() < 2) return "";
  std::string text = fmt::format("  {} not as expected:\n",
                                 counted(static_cast<int64_t>(surprises.size() - 1), "more case"));
  for (size_t i = 1; i < surprises.size() && i <= kMostIds; ++i)
    text += "    " + surprises[i]->plan->id + "\n";
  if (surprises.size() - 1 > kMostIds) text += fmt::format("    … and {}\n", surprises.size() - 1 - kMostIds);
  return text;
}

std::string surprise(const ScenarioRun& run, const VariantRun& variant, const RunRecord& record,
                     const TerminalStyle& style) {
  const std::string what =
      variant.outcome.mutant ? "mutant " + variant.outcome.variant : variant.outcome.variant;
  std::string text = fmt::format("\n{}{} on {}: {}: {}\n", verdict_mark(variant.verdict, style), run.scenario,
                                 run.target, what, expected_and_got(variant));
  const std::vector<const JudgedCase*> surprises = variant.surprises();
  if (surprises.empty()) text += "  " + wrapped(printable(variant.outcome.why), style.width, 2, 2) + "\n";
  // A mutant that nobody caught has no case that stands out: its first is the one to run again and look at.
  const JudgedCase& shown = surprises.empty() ? variant.cases.front() : *surprises.front();
  text += case_story(*shown.plan, *shown.history, shown.result, style);
  text += other_surprises(surprises);
  if (!record.directory.empty()) text += field("record", record.directory);
  return text + field("replay", replay_line(*shown.plan));
}

std::string notes(const RunRecord& record, const TerminalStyle& style) {
  std::string text;
  const auto add = [&](const std::string& line) {
    text += painted(wrapped(printable(line), style.width, 2, 0), kDim, style) + "\n";
  };
  for (const TargetInfo& target : record.info.targets) {
    for (const std::string& lost : target.lost)
      add(fmt::format("{}: lost on this machine: {}", target.id, lost));
  }
  const std::vector<std::string>& left_out = record.plan.notes;
  for (size_t i = 0; i < left_out.size() && i < kMostNotes; ++i) add("left out: " + left_out[i]);
  if (left_out.size() > kMostNotes)
    add(fmt::format("left out: {} more, see plan.json", left_out.size() - kMostNotes));
  return text;
}

// How far targets agree on a scenario, and where they do not.
std::string compared(const std::vector<ScenarioRun>& runs) {
  std::string text;
  for (const Comparison& comparison : comparisons(runs)) {
    text += fmt::format("{}  {}: {}\n", comparison.scenario, fmt::join(comparison.targets, " and "),
                        agreement_words(comparison));
    size_t told = 0;
    for (const ComparedCase& one : comparison.cases) {
      if (one.agrees() || ++told > kMostIds) continue;
      text += fmt::format("  {}/{}: ", one.variant, one.faults);
      for (size_t i = 0; i < comparison.targets.size(); ++i)
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", comparison.targets[i], to_string(one.verdicts[i]));
      text += "\n";
    }
    if (told > kMostIds) text += fmt::format("  … and {} more, see summary.md\n", told - kMostIds);
  }
  return text;
}

// The numbers of a cell's reasons among the notes below its table, of which each is told once.
std::string marks_of(const ClassCell& cell, std::vector<std::string>& below) {
  std::string marks;
  for (const std::string& reason : cell.reasons()) {
    const auto known = std::find(below.begin(), below.end(), reason);
    const auto position = known - below.begin();
    if (known == below.end()) below.push_back(reason);
    marks += fmt::format("{}[{}]", marks.empty() ? " " : "", position + 1);
  }
  return marks;
}

// Which class of mistake is seen on which target: what several targets are for.
std::string classes_side_by_side(const ClassTable& table, const TerminalStyle& style) {
  if (table.rows.empty() || table.targets.size() < 2) return "";
  std::vector<std::string> below;
  std::vector<std::vector<std::string>> lines = {{"class of mistake"}};
  lines.front().insert(lines.front().end(), table.targets.begin(), table.targets.end());
  for (const ClassRow& row : table.rows) {
    lines.push_back({printable(row.id)});
    for (const ClassCell& cell : row.cells) lines.back().push_back(cell.words() + marks_of(cell, below));
  }
  std::string text;
  std::vector<size_t> widths(table.targets.size() + 1, 1);  // the dash of an empty cell has more bytes
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i)
      if (line[i] != kNothing) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const auto& line : lines) {
    for (size_t i = 0; i + 1 < line.size(); ++i) text += fmt::format("{:<{}}  ", line[i], widths[i]);
    text += line.back() + "\n";
  }
  for (size_t i = 0; i < below.size(); ++i) {
    const std::string note = fmt::format("[{}] {}", i + 1, printable(below[i]));
    text += painted(wrapped(note, style.width, 4, 0), kDim, style) + "\n";
  }
  return text;
}

std::string cut_short(const RunRecord& record) {
  if (record.complete) return "";
  return fmt::format("the run was cut short: {} of {} have a verdict\n", record.results.size(),
                     counted(static_cast<int64_t>(record.plan.cases.size()), "case"));
}

}  // namespace

std::string terminal_summary(const RunRecord& record, const RunOutcome& outcome, const TerminalStyle& style) {
  const std::vector<ScenarioRun> runs = scenario_runs(record);
  const Columns columns = widest(runs);
  std::string text = outcome.cases == 0 ? "nothing was run: the plan has no case\n" : "";
  for (const ScenarioRun& run : runs) text += scenario_line(run, columns, style);
  text += exploration_words(record, style);
  text += compared(runs) + classes_side_by_side(class_table(record, runs), style);
  text += notes(record, style) + cut_short(record);
  bool is_quiet = true;
  for (const ScenarioRun& run : runs) {
    for (const VariantRun& variant : run.variants) {
      if (!variant.is_worth_telling()) continue;
      text += surprise(run, variant, record, style);
      is_quiet = false;
    }
  }
  if (is_quiet && !record.directory.empty()) text += "record: " + record.directory + "\n";
  return text;
}

}  // namespace harness
