// summary.md: for the summary page of a CI job. The verdict first, then the counts, then what was not as
// expected.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "check/explored.h"
#include "report/class_table.h"
#include "report/comparison.h"
#include "report/exploration_words.h"
#include "report/format.h"
#include "report/headline.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/story.h"
#include "report/sweeps.h"
#include "report/wording.h"

namespace harness {
namespace {

// A job summary holds 1 MiB (GitHub) and a reader's patience less.
constexpr size_t kMostSurprises = 20;

// Text within a sentence or a table cell: nothing in it is markup.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '<') {
      result += "&lt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      if (std::string_view("|*_`\\[]").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

// Text within an HTML tag, where Markdown is not read.
std::string html(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) result += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return result;
}

// A fence that is longer than any run of backquotes inside, so that no output of a subject ends it.
std::string code_block(const std::string& text) {
  size_t longest = 2;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "text\n" + text + fence + "\n";
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : "; ") + plain(item);
  return text.empty() ? "—" : text;
}

std::string opening(const RunRecord& record, const RunOutcome& outcome) {
  std::string text = "## " + headline(record, outcome) + "\n\n";
  text += fmt::format("{}, {}, seed {}; harness {}", counted(outcome.cases, "case"),
                      counted_of(outcome.mutants_caught, outcome.mutants, "mutant", "caught"),
                      record.plan.seed, plain(record.info.version));
  if (!record.info.commit.empty()) text += fmt::format(" ({})", plain(record.info.commit));
  const HostInfo& host = record.info.host;
  text += fmt::format(" on {} {}, {}{}; started {}.\n", plain(host.kernel), plain(host.arch),
                      counted(host.cpus, "CPU"), host.emulated ? ", emulated" : "",
                      plain(record.info.started_at));
  if (!record.directory.empty()) text += fmt::format("\nRecord: `{}`\n", record.directory);
  return text;
}

std::string scenario_row(const ScenarioRun& run) {
  const PointCounts points = count_points(run);
  return fmt::format("| {} | {} | {} | {} | {} of {} | {} |\n", plain(run.scenario), plain(run.target),
                     to_string(run.outcome.verdict), counts_words(run), points.fired, points.total,
                     duration_words(run.duration_ns()));
}

std::string scenario_table(const std::vector<ScenarioRun>& runs) {
  if (runs.empty()) return "";
  std::string text =
      "\n| scenario | target | verdict | counts | points hit | time |\n|---|---|---|---|--:|--:|\n";
  for (const ScenarioRun& run : runs) text += scenario_row(run);
  return text;
}

std::string target_table(const RunInfo& info) {
  if (info.targets.empty()) return "";
  std::string text =
      "\n| target | a pass shows | it cannot show | lost on this machine |\n|---|---|---|---|\n";
  for (const TargetInfo& target : info.targets) {
    text += fmt::format("| {} | {} | {} | {} |\n", plain(target.id), joined(target.shows),
                        joined(target.cannot_show), joined(target.lost));
  }
  return text;
}

std::string class_cell(const ClassCell& cell) {
  const std::string words = cell.words();
  std::string reasons;
  for (const std::string& reason : cell.reasons()) {
    // "not visible" and its reason are one phrase; beside other words the whole of it stands.
    const bool is_its_own = reason.starts_with(words + ": ");
    const std::string shown = is_its_own ? reason.substr(words.size() + 2) : reason;
    reasons += (!reasons.empty() || !is_its_own ? "; " : ": ") + plain(shown);
  }
  return words + reasons;
}

// Which class of mistake is seen on which target.
std::string classes_part(const ClassTable& table) {
  if (table.rows.empty()) return "";
  std::string text = "\n### Classes of mistakes\n\n| class | mistake |";
  for (const std::string& target : table.targets) text += " " + plain(target) + " |";
  text += "\n|---|---|";
  for (size_t i = 0; i < table.targets.size(); ++i) text += "---|";
  for (const ClassRow& row : table.rows) {
    text += fmt::format("\n| {} | {} |", plain(row.id), plain(row.words));
    for (const ClassCell& cell : row.cells) text += " " + class_cell(cell) + " |";
  }
  return text + "\n";
}

// What the machines behind the targets are, where they are not this one.
std::string fact_lines(const RunInfo& info) {
  std::string text;
  for (const TargetInfo& target : info.targets) {
    std::string facts;
    for (const auto& [key, value] : target.facts.items()) {
      facts += (facts.empty() ? "" : "; ") + plain(key) + " " +
               plain(value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (!facts.empty()) text += "\n" + plain(target.id) + ": " + facts + ".\n";
  }
  return text;
}

std::string compared_row(const ComparedCase& one) {
  std::string row = fmt::format("| {} | {} |", plain(one.variant), plain(one.faults));
  for (const Verdict verdict : one.verdicts) {
    const bool is_odd = !one.agrees() && verdict != one.verdicts.front();
    const std::string mark = is_odd ? "**" : "";
    row += fmt::format(" {}{}{} |", mark, to_string(verdict), mark);
  }
  return row + (one.agrees() ? " |\n" : " differ |\n");
}

// All cases, those that differ first.
std::string side_by_side(const Comparison& comparison) {
  std::string head = "| variant | fault |";
  std::string line = "|---|---|";
  for (const std::string& target : comparison.targets) {
    head += " " + plain(target) + " |";
    line += "---|";
  }
  std::string differing;
  std::string agreeing;
  for (const ComparedCase& one : comparison.cases) (one.agrees() ? agreeing : differing) += compared_row(one);
  return fmt::format("\n<details{}>\n<summary>{} on {}: {}</summary>\n\n{} |\n{}---|\n{}{}\n</details>\n",
                     differing.empty() ? "" : " open", html(comparison.scenario),
                     html(fmt::format("{}", fmt::join(comparison.targets, " and "))),
                     html(agreement_words(comparison)), head, line, differing, agreeing);
}

std::string comparison_part(const std::vector<ScenarioRun>& runs) {
  std::string text;
  for (const Comparison& comparison : comparisons(runs)) text += side_by_side(comparison);
  return text.empty() ? "" : "\n### Side by side\n" + text;
}

std::string surprise(const ScenarioRun& run, const VariantRun& variant) {
  const std::vector<const JudgedCase*> surprises = variant.surprises();
  const JudgedCase& shown = surprises.empty() ? variant.cases.front() : *surprises.front();
  const std::string mutant = variant.outcome.mutant ? "mutant " : "";
  std::string text =
      fmt::format("\n<details>\n<summary>{} on {}: {}{}: {}</summary>\n\n", html(run.scenario),
                  html(run.target), mutant, html(variant.outcome.variant), html(expected_and_got(variant)));
  text += plain(variant.outcome.why) + ".\n\n";
  text += code_block(case_story(*shown.plan, *shown.history, shown.result, {.colour = false, .width = 0}));
  if (surprises.size() > 1) {
    text += fmt::format("\n{} not as expected.\n",
                        counted(static_cast<int64_t>(surprises.size() - 1), "more case"));
  }
  return text + "\nRun it again:\n\n" + code_block(replay_line(*shown.plan) + "\n") + "\n</details>\n";
}

std::string surprises(const std::vector<ScenarioRun>& runs) {
  std::string text;
  size_t told = 0;
  size_t all = 0;
  for (const ScenarioRun& run : runs) {
    for (const VariantRun& variant : run.variants) {
      if (!variant.is_worth_telling()) continue;
      if (++all > kMostSurprises) continue;
      text += surprise(run, variant);
      ++told;
    }
  }
  if (all > told) text += fmt::format("\n{} more variants are in `report.json`.\n", all - told);
  return all == 0 ? "" : "\n### Not as expected\n" + text;
}

std::string sweep_table(const std::vector<ScenarioRun>& runs) {
  std::string rows;
  for (const ScenarioRun& run : runs) {
    for (const Sweep& sweep : sweeps_of(run)) {
      rows += fmt::format("| {} | {} | {} | {} | {} of {} | {} |\n", plain(run.scenario), plain(run.target),
                          plain(sweep.variant), plain(sweep.fault), sweep.failed.size(), sweep.instructions,
                          ranges(sweep.failed));
    }
  }
  if (rows.empty()) return "";
  return "\n### At each instruction\n\n| scenario | target | variant | fault | failed | at |\n"
         "|---|---|---|---|--:|---|\n" +
         rows;
}

// How many executions model programs went through, and up to which bound.
std::string explored_table(const std::vector<ScenarioRun>& runs) {
  std::string rows;
  for (const ScenarioRun& run : runs) {
    for (const VariantRun& variant : run.variants) {
      for (const JudgedCase& one : variant.cases) {
        const auto explored = one.plan->mode == "model" ? explored_in(*one.history) : std::nullopt;
        if (!explored) continue;
        const std::string end = !explored->kind.empty() ? explored->kind + " found"
                                : explored->complete    ? "all"
                                                        : "cut short";
        rows += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", plain(run.scenario),
                            plain(variant.outcome.variant), plain(explored->exploration),
                            plain(bound_words(explored->bound)), explored->executions, explored->states, end);
      }
    }
  }
  if (rows.empty()) return "";
  return "\n### Explored executions\n\n| scenario | variant | exploration | bound | executions | states | |\n"
         "|---|---|---|---|--:|--:|---|\n" +
         rows;
}

// Failures that are expected and stay: said each time, so that a known limit never turns into silence.
std::string known_limits(const std::vector<ScenarioRun>& runs) {
  std::string text;
  for (const ScenarioRun& run : runs) {
    for (const VariantRun& variant : run.variants) {
      const Expectation& expected = variant.outcome.expected;
      // A pass with a reason stands where a defect was expected that this kernel does not have.
      const bool is_mended = expected.outcome == Expectation::Outcome::pass && !expected.because.empty();
      const bool is_not_shown = expected.outcome == Expectation::Outcome::not_shown;
      const bool is_limit = !variant.outcome.mutant && (variant.outcome.caught || is_mended);
      if (!is_limit && !is_not_shown) continue;
      text += fmt::format("- {} on {}: {}: {}{}\n", plain(run.scenario), plain(run.target),
                          plain(variant.outcome.variant), plain(to_string(expected)),
                          expected.because.empty() ? "" : " — " + plain(expected.because));
    }
  }
  return text.empty() ? "" : "\n### Known limits and platform defects\n\n" + text;
}

std::string left_out_lines(const std::vector<std::string>& notes) {
  if (notes.empty()) return "";
  std::string text = "\n### Left out\n\n";
  for (const std::string& note : notes) text += "- " + plain(note) + "\n";
  return text;
}

std::string exploration_part(const RunRecord& record) {
  const std::string words = exploration_words(record, {});
  return words.empty() ? "" : "\n### Explored\n\n" + code_block(words);
}

class MarkdownReport : public ReportFormat {
 public:
  std::string_view id() const override { return "markdown"; }
  std::string_view summary() const override { return "a page for the summary of a CI job or a pull request"; }
  std::string_view file_name() const override { return "summary.md"; }

  std::string render(const RunRecord& record) const override {
    const RunOutcome outcome = outcome_of(record.plan, record.results);
    const std::vector<ScenarioRun> runs = scenario_runs(record);
    return opening(record, outcome) + scenario_table(runs) + surprises(runs) + sweep_table(runs) +
           exploration_part(record) + explored_table(runs) + known_limits(runs) + comparison_part(runs) +
           classes_part(class_table(record, runs)) + target_table(record.info) + fact_lines(record.info) +
           left_out_lines(record.plan.notes);
  }
};

const Registration<ReportFormat> registration{std::make_unique<MarkdownReport>()};

}  // namespace
}  // namespace harness
