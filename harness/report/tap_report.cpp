// TAP (testanything.org), for prove and whatever else reads it: a test line for each case, in the plan's
// order. It is valid as version 13 and as version 14; it says 13, since Perl's TAP::Parser refuses what
// says 14.
//
// `ok` says that a case is as expected, also where a mutant was caught. What could not be judged is `not ok`,
// and what was left out of the plan is a skipped test with its reason.
#include <fmt/format.h>

#include <vector>

#include "report/format.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/wording.h"

namespace harness {
namespace {

// In a description a # begins a directive and a backslash escapes (TAP 14, "Escaping"; TAP::Parser agrees).
std::string description(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '#' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

// A string of YAML in double quotes, which JSON's are.
std::string yaml_string(std::string_view text) { return nlohmann::json(printable(text)).dump(); }

std::string diagnosis(const JudgedCase& one) {
  std::string text = "  ---\n";
  text += fmt::format("  verdict: {}\n  expected: {}\n  replay: {}\n", to_string(one.result.verdict),
                      yaml_string(to_string(one.plan->expected)), yaml_string(replay_line(*one.plan)));
  if (!one.result.findings.empty()) text += "  findings:\n";
  for (const Finding& finding : one.result.findings) {
    text +=
        fmt::format("    - checker: {}\n      verdict: {}\n      message: {}\n", yaml_string(finding.checker),
                    to_string(finding.verdict), yaml_string(finding.message));
  }
  return text + "  ...\n";
}

std::string case_line(const JudgedCase& one, size_t number) {
  const bool is_good = one.was_run && one.result.as_expected;
  std::string text = fmt::format("{} {} - {}", is_good ? "ok" : "not ok", number, description(one.plan->id));
  if (is_good && !one.result.caught_by.empty()) text += ", caught by " + description(one.result.caught_by);
  return text + "\n" + (is_good ? "" : diagnosis(one));
}

// A mutant that no case caught: its cases pass, each as expected, and yet the run is a surprise.
std::string variant_line(const VariantRun& variant, size_t number) {
  return fmt::format("not ok {} - {}/{}/{}: {}\n", number, description(variant.outcome.scenario),
                     description(variant.outcome.target), description(variant.outcome.variant),
                     description(variant.outcome.why));
}

class TapReport : public ReportFormat {
 public:
  std::string_view id() const override { return "tap"; }
  std::string_view summary() const override { return "TAP, for prove and other readers of it"; }
  std::string_view file_name() const override { return "results.tap"; }
  bool is_in_every_run_folder() const override { return false; }

  std::string render(const RunRecord& record) const override {
    std::string lines;
    size_t number = 0;
    const std::vector<ScenarioRun> runs = scenario_runs(record);
    for (const ScenarioRun& run : runs) {
      for (const VariantRun& variant : run.variants) {
        for (const JudgedCase& one : variant.cases) lines += case_line(one, ++number);
        if (!variant.outcome.as_expected && variant.surprises().empty())
          lines += variant_line(variant, ++number);
      }
    }
    for (const std::string& note : record.plan.notes)
      lines += fmt::format("ok {} - left out # SKIP {}\n", ++number, printable(note));
    std::string plan = fmt::format("1..{}{}\n", number, number == 0 ? " # SKIP nothing was run" : "");
    if (!record.complete) lines += "Bail out! the run was cut short\n";
    return "TAP version 13\n" + plan + lines;
  }
};

const Registration<ReportFormat> registration{std::make_unique<TapReport>()};

}  // namespace
}  // namespace harness
