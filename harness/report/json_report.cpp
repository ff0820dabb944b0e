// report.json: the whole run as plain data, for programs. reports/schemas/report.schema.json describes it.
#include "check/explored.h"
#include "report/class_table.h"
#include "report/comparison.h"
#include "report/format.h"
#include "report/headline.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/sweeps.h"

namespace harness {
namespace {

constexpr std::string_view kReportSchema = "harness-report/1";

using nlohmann::json;

json fault_json(const Fault& fault) {
  return {{"victim", fault.victim},
          {"point", to_string(fault.at)},
          {"arrival", fault.arrival},
          {"action", to_string(fault.action)},
          {"synthetic", fault.synthetic}};
}

// null for a run without a fault; the faults after the first, where a case is a chain of them, come under
// `then`.
json faults_json(const std::vector<Fault>& faults) {
  if (faults.empty()) return nullptr;
  json first = fault_json(faults.front());
  for (size_t i = 1; i < faults.size(); ++i) first["then"].push_back(fault_json(faults[i]));
  return first;
}

json residue_json(const History& history) {
  json residue = json::array();
  for (const Event& event : history) {
    if (event.kind != EventKind::residue) continue;
    residue.push_back({{"kind", event.name}, {"object", event.data.value("object", json(""))}});
  }
  return residue;
}

json trace_json(const History& history) {
  json trace = json::array();
  for (const Event& event : history) {
    if (!is_step(event)) continue;
    json step = event.data;
    step["thread"] = event.role;
    step["event"] = event.index;
    trace.push_back(std::move(step));
  }
  return trace;
}

// How far a model program came, and the failing execution: its steps, and how it is run again.
json explored_json(const Explored& explored, const History& history) {
  json told = {{"bound", explored.bound},
               {"executions", explored.executions},
               {"states", explored.states},
               {"complete", explored.complete},
               {"choices", explored.choices}};
  if (json trace = trace_json(history); !trace.empty()) told["trace"] = std::move(trace);
  return told;
}

json case_json(const JudgedCase& one) {
  json told = {{"id", one.plan->id},
               {"variant", one.plan->variant},
               {"mutant", one.plan->mutant},
               {"fault", faults_json(one.plan->faults)},
               {"verdict", to_string(one.result.verdict)},
               {"expected", to_string(one.plan->expected)},
               {"as_expected", one.result.as_expected},
               {"caught_by", one.result.caught_by},
               {"findings", one.result.findings},
               {"duration_ms", static_cast<double>(one.result.duration_ns) / 1e6},
               {"replay", replay_line(*one.plan)},
               {"residue", residue_json(*one.history)}};
  const auto explored = one.plan->mode == "model" ? explored_in(*one.history) : std::nullopt;
  if (explored) told["explored"] = explored_json(*explored, *one.history);
  return told;
}

json scenario_json(const ScenarioRun& run, const RunInfo& info) {
  const PointCounts points = count_points(run);
  json sweeps = json::array();
  for (const Sweep& sweep : sweeps_of(run)) {
    sweeps.push_back({{"variant", sweep.variant},
                      {"fault", sweep.fault},
                      {"instructions", sweep.instructions},
                      {"failed", sweep.failed}});
  }
  json cases = json::array();
  for (const VariantRun& variant : run.variants) {
    for (const JudgedCase& one : variant.cases) cases.push_back(case_json(one));
  }
  return {{"name", run.scenario},
          {"mechanism", run.mechanism},
          {"target", run.target},
          {"verdict", to_string(run.outcome.verdict)},
          {"evidence_limits", evidence_limits(info, run)},
          {"target_facts", target_facts(info, run.target)},
          {"points", {{"total", points.total}, {"explored", points.explored}, {"fired", points.fired}}},
          {"sweeps", sweeps},
          {"cases", cases}};
}

json comparison_json(const Comparison& comparison) {
  json cases = json::array();
  for (const ComparedCase& one : comparison.cases) {
    json verdicts = json::object();
    for (size_t i = 0; i < comparison.targets.size(); ++i)
      verdicts[comparison.targets[i]] = to_string(one.verdicts[i]);
    cases.push_back(
        {{"variant", one.variant}, {"faults", one.faults}, {"verdicts", verdicts}, {"agree", one.agrees()}});
  }
  const int agreeing = comparison.agreeing();
  return {{"scenario", comparison.scenario},
          {"targets", comparison.targets},
          {"agree", agreeing},
          {"differ", static_cast<int>(comparison.cases.size()) - agreeing},
          {"not_compared", comparison.uncompared},
          {"cases", cases}};
}

json totals_json(const RunRecord& record, const RunOutcome& outcome, const std::vector<ScenarioRun>& runs) {
  int surprises = 0;
  for (const VariantOutcome& variant : outcome.variants) surprises += variant.as_expected ? 0 : 1;
  int not_run = 0;
  for (const ScenarioRun& run : runs) not_run += run.not_run();
  return {{"cases", outcome.cases},
          {"passed", outcome.passed},
          {"failed", outcome.failed},
          {"inconclusive", outcome.inconclusive},
          {"not_run", not_run},
          {"variants", outcome.variants.size()},
          {"variants_not_as_expected", surprises},
          {"mutants", outcome.mutants},
          {"mutants_caught", outcome.mutants_caught},
          {"complete", record.complete},
          {"left_out", record.plan.notes}};
}

class JsonReport : public ReportFormat {
 public:
  std::string_view id() const override { return "json"; }
  std::string_view summary() const override { return "the whole run as data, with a JSON Schema"; }
  std::string_view file_name() const override { return "report.json"; }

  std::string render(const RunRecord& record) const override {
    const RunOutcome outcome = outcome_of(record.plan, record.results);
    const std::vector<ScenarioRun> runs = scenario_runs(record);
    json scenarios = json::array();
    for (const ScenarioRun& run : runs) scenarios.push_back(scenario_json(run, record.info));
    json compared = json::array();
    for (const Comparison& comparison : comparisons(runs)) compared.push_back(comparison_json(comparison));
    json report = {{"schema", kReportSchema},
                   {"harness", {{"version", record.info.version}, {"commit", record.info.commit}}},
                   {"host", record.info.host},
                   {"seed", record.plan.seed},
                   {"verdict", to_string(verdict_of(record, outcome))},
                   {"totals", totals_json(record, outcome, runs)},
                   {"scenarios", scenarios},
                   {"comparisons", compared},
                   {"classes", classes_json(class_table(record, runs))}};
    if (record.plan.exploration.is_object()) report["exploration"] = record.plan.exploration;
    return report.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  }
};

const Registration<ReportFormat> registration{std::make_unique<JsonReport>()};

}  // namespace
}  // namespace harness
