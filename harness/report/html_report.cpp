// report.html: a run for people, in one file that opens from disk: reports/viewer's page with the run's data
// in it.
//
// The data are the run in short, each case, and the events of as many cases as the file has room for: what
// is not as expected first, then what failed as it should, then passes. The page says which have none.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "check/explored.h"
#include "report/class_table.h"
#include "report/comparison.h"
#include "report/exploration_words.h"
#include "report/format.h"
#include "report/headline.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/sentence.h"
#include "report/step_timeline.h"
#include "report/sweeps.h"
#include "report/timeline.h"
#include "report/viewer.h"
#include "report/wait_for.h"
#include "report/wording.h"

namespace harness {
namespace {

using nlohmann::json;

constexpr std::string_view kDataSchema = "harness-html/1";

// The page stays quick to load: a browser takes a second for some 6 MB of it.
constexpr size_t kMostBytes = 5'000'000;
// One case with more events than this would crowd out all others, and no picture of it could be read.
constexpr size_t kMostEventsOfACase = 20'000;
constexpr size_t kMostOutput = 4'000;

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// JSON within an HTML script: "</script" must not occur in it, nor "<!--".
std::string for_script(std::string text) {
  size_t count = static_cast<size_t>(std::count(text.begin(), text.end(), '<'));
  if (count == 0) return text;
  std::string result;
  result.reserve(text.size() + 5 * count);
  for (const char c : text) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

std::string_view kind_name(Span::Kind kind) {
  switch (kind) {
    case Span::Kind::operation:
      return "operation";
    case Span::Kind::stopped:
      return "stopped";
    case Span::Kind::call:
      return "call";
    case Span::Kind::blocked:
      return "blocked";
  }
  return "?";
}

json lanes_json(const Timeline& timeline) {
  json lanes = json::array();
  for (const Lane& lane : timeline.lanes) {
    lanes.push_back({{"name", printable(lane.name)},
                     {"pid", lane.pid},
                     {"begin", lane.begin_ns},
                     {"end", lane.end_ns},
                     {"ended", lane.end},
                     {"struck", lane.is_struck},
                     {"cleaned", lane.is_cleaned_up}});
  }
  return lanes;
}

json spans_json(const Timeline& timeline) {
  json spans = json::array();
  for (const Span& span : timeline.spans) {
    const bool has_outcome = span.kind == Span::Kind::operation || span.kind == Span::Kind::call;
    const std::string_view outcome = !has_outcome ? "" : span.is_open ? "open" : to_string(span.outcome);
    spans.push_back({span.lane, kind_name(span.kind), printable(span.name), span.begin_ns, span.end_ns,
                     outcome, span.event});
  }
  return spans;
}

json objects_json(const Timeline& timeline) {
  json objects = json::array();
  for (const ObjectTrack& track : timeline.objects) {
    json states = json::array();
    for (const ObjectTrack::State& state : track.states) {
      states.push_back({state.from_ns, state.value, state.level ? json(*state.level) : json(nullptr),
                        state.is_broken, state.event});
    }
    objects.push_back({{"name", track.name}, {"states", states}});
  }
  return objects;
}

json wait_json(const WaitFor& graph) {
  if (graph.nodes.empty()) return nullptr;
  json nodes = json::array();
  for (const WaitFor::Node& node : graph.nodes) {
    nodes.push_back({{"id", printable(node.id)},
                     {"object", node.is_object},
                     {"label", printable(node.label)},
                     {"detail", printable(node.detail)},
                     {"dead", node.is_dead}});
  }
  json edges = json::array();
  for (const WaitFor::Edge& edge : graph.edges) {
    edges.push_back({{"from", printable(edge.from)},
                     {"to", printable(edge.to)},
                     {"label", printable(edge.label)},
                     {"event", edge.event}});
  }
  return {{"nodes", nodes}, {"edges", edges}};
}

json events_json(const Timeline& timeline, const History& history) {
  json events = json::array();
  for (const Event& event : history) {
    const auto lane = timeline.lane_of(event);
    events.push_back({event.index, event.time_ns, lane ? json(*lane) : json(nullptr), to_string(event.kind),
                      what_happened(event)});
  }
  return events;
}

// What the roles wrote, since a reader looks there first for the program's own words.
json output_json(const History& history) {
  json output = json::array();
  for (const Event& event : history) {
    if (event.kind != EventKind::output) continue;
    const auto text = event.data.find("text");
    if (text == event.data.end() || !text->is_string() || text->get_ref<const std::string&>().empty())
      continue;
    const std::string& whole = text->get_ref<const std::string&>();
    const size_t from = whole.size() > kMostOutput ? whole.size() - kMostOutput : 0;
    output.push_back({{"role", who(event)}, {"stream", event.name}, {"text", whole.substr(from)}});
  }
  return output;
}

json links_json(const Timeline& timeline) {
  json links = json::array();
  for (const Link& link : timeline.links) links.push_back({link.from, link.to});
  return links;
}

// An execution of the model: times are numbers of steps, and who dies is struck as by a fault.
std::string step_picture(const History& history) {
  const Timeline timeline = step_timeline_of(history);
  json events = events_json(timeline, steps_of(history));
  for (json& event : events) event[3] = event[4] == "dies" ? "fault" : "step";
  return dumped({{"steps", true},
                 {"end", timeline.end_ns},
                 {"stuck", timeline.stuck_ns},
                 {"lanes", lanes_json(timeline)},
                 {"spans", spans_json(timeline)},
                 {"objects", objects_json(timeline)},
                 {"links", links_json(timeline)},
                 {"wait", nullptr},
                 {"output", output_json(history)},
                 {"events", events}});
}

std::string picture(const History& history) {
  if (has_steps(history)) return step_picture(history);
  const Timeline timeline = timeline_of(history);
  return dumped({{"end", timeline.end_ns},
                 {"stuck", timeline.stuck_ns},
                 {"lanes", lanes_json(timeline)},
                 {"spans", spans_json(timeline)},
                 {"objects", objects_json(timeline)},
                 {"wait", wait_json(wait_for(history))},
                 {"output", output_json(history)},
                 {"events", events_json(timeline, history)}});
}

json findings_json(const CaseResult& result) {
  json findings = json::array();
  for (const Finding& finding : result.findings) {
    json one = {{"checker", finding.checker},
                {"verdict", to_string(finding.verdict)},
                {"message", printable(finding.message)},
                {"events", finding.events}};
    if (finding.whose != Whose::program) one["whose"] = to_string(finding.whose);
    if (!finding.defect.empty()) one["defect"] = finding.defect;
    findings.push_back(std::move(one));
  }
  return findings;
}

std::string usual_replay(const Case& plan) { return "harness replay '" + plan.id + "'"; }

std::string faults_words(const Case& plan) {
  const std::string faults = to_string(plan.faults);
  return plan.repeat > 1 ? fmt::format("{}/r{}", faults, plan.repeat) : faults;
}

// Short, since there may be thousands: what is as usual is left out.
json case_json(const JudgedCase& one, size_t scenario, size_t variant) {
  json result = {{"id", one.plan->id},
                 {"s", scenario},
                 {"v", variant},
                 {"verdict", to_string(one.result.verdict)},
                 {"ns", one.result.duration_ns},
                 {"faults", faults_words(*one.plan)}};
  if (!one.result.as_expected) result["surprise"] = true;
  if (!one.was_run) result["not_run"] = true;
  if (!one.result.findings.empty()) result["findings"] = findings_json(one.result);
  if (!one.result.caught_by.empty()) result["caught_by"] = one.result.caught_by;
  const auto explored = one.plan->mode == "model" ? explored_in(*one.history) : std::nullopt;
  if (explored) result["explored"] = explored_words(*explored);
  if (const std::string replay = replay_line(*one.plan); replay != usual_replay(*one.plan))
    result["replay"] = replay;
  return result;
}

json variant_json(const VariantRun& variant) {
  const VariantOutcome& outcome = variant.outcome;
  return {{"name", outcome.variant},
          {"mechanism", outcome.mechanism},
          {"mutant", outcome.mutant},
          {"expected", to_string(outcome.expected)},
          {"because", printable(outcome.expected.because)},
          {"verdict", to_string(outcome.verdict)},
          {"as_expected", outcome.as_expected},
          {"caught", outcome.caught},
          {"caught_by", outcome.caught_by},
          {"got", outcome.as_expected ? "" : expected_and_got(variant)},
          {"why", printable(outcome.why)},
          {"cases", outcome.cases}};
}

json scenario_json(const ScenarioRun& run) {
  json variants = json::array();
  for (const VariantRun& variant : run.variants) variants.push_back(variant_json(variant));
  json sweeps = json::array();
  for (const Sweep& sweep : sweeps_of(run)) {
    sweeps.push_back({{"variant", sweep.variant},
                      {"fault", sweep.fault},
                      {"instructions", sweep.instructions},
                      {"failed", sweep.failed},
                      {"ranges", ranges(sweep.failed)}});
  }
  const PointCounts points = count_points(run);
  return {{"name", run.scenario},
          {"target", run.target},
          {"verdict", to_string(run.outcome.verdict)},
          {"words", counts_words(run)},
          {"ns", run.duration_ns()},
          {"points", {points.total, points.explored, points.fired}},
          {"variants", variants},
          {"sweeps", sweeps}};
}

json targets_json(const RunInfo& info) {
  json targets = json::array();
  for (const TargetInfo& target : info.targets) {
    targets.push_back({{"id", target.id},
                       {"shows", target.shows},
                       {"cannot_show", target.cannot_show},
                       {"lost", target.lost},
                       {"facts", target.facts}});
  }
  return targets;
}

json comparisons_json(const std::vector<ScenarioRun>& runs) {
  json result = json::array();
  for (const Comparison& comparison : comparisons(runs)) {
    json differing = json::array();
    for (const ComparedCase& one : comparison.cases) {
      if (one.agrees()) continue;
      json verdicts = json::array();
      for (const Verdict verdict : one.verdicts) verdicts.push_back(to_string(verdict));
      differing.push_back({{"variant", one.variant}, {"faults", one.faults}, {"verdicts", verdicts}});
    }
    result.push_back({{"scenario", comparison.scenario},
                      {"targets", comparison.targets},
                      {"words", agreement_words(comparison)},
                      {"differing", differing}});
  }
  return result;
}

// What the page shows of the table: a cell's words, and its reasons.
json classes_of_page(const ClassTable& table) {
  json rows = json::array();
  for (const ClassRow& row : table.rows) {
    json cells = json::array();
    for (const ClassCell& cell : row.cells) {
      json reasons = json::array();
      for (const std::string& reason : cell.reasons()) reasons.push_back(printable(reason));
      cells.push_back({{"words", cell.words()}, {"missed", cell.missed > 0}, {"reasons", reasons}});
    }
    rows.push_back({{"class", row.id}, {"words", row.words}, {"cells", cells}});
  }
  return {{"targets", table.targets}, {"rows", rows}};
}

json run_json(const RunRecord& record, const RunOutcome& outcome) {
  const RunInfo& info = record.info;
  return {{"id", info.id},
          {"started_at", info.started_at},
          {"version", info.version},
          {"commit", info.commit},
          {"host",
           {{"kernel", info.host.kernel},
            {"arch", info.host.arch},
            {"cpus", info.host.cpus},
            {"emulated", info.host.emulated}}},
          {"command_line", info.command_line},
          {"seed", std::to_string(record.plan.seed)},
          {"directory", record.directory},
          {"complete", record.complete},
          {"headline", headline(record, outcome)},
          {"verdict", to_string(verdict_of(record, outcome))},
          {"cases", outcome.cases},
          {"passed", outcome.passed},
          {"failed", outcome.failed},
          {"inconclusive", outcome.inconclusive},
          {"mutants", outcome.mutants},
          {"mutants_caught", outcome.mutants_caught}};
}

// A case that may get a picture. The lowest rank comes first.
struct Candidate {
  size_t number;  // of the case, in the data
  int rank;
  int nth;  // among those of its rank in its variant, so that each variant gets one before any gets two
  const History* history;
};

int rank_of(const JudgedCase& one) {
  if (!one.result.as_expected) return 0;
  if (one.result.verdict != Verdict::pass) return 1;
  return one.plan->faults.empty() ? 3 : 2;
}

// Cases by number, as JSON text each, as long as there is room.
std::string pictures(std::vector<Candidate> candidates, size_t room) {
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(a.rank, a.nth) < std::pair(b.rank, b.nth);
  });
  std::string text;
  for (const Candidate& one : candidates) {
    if (!is_whole(*one.history) || one.history->size() > kMostEventsOfACase) continue;
    if (text.size() + one.history->size() * 40 > room) continue;  // not worth the rendering
    const std::string next =
        fmt::format("{}\"{}\":{}", text.empty() ? "" : ",\n", one.number, for_script(picture(*one.history)));
    if (text.size() + next.size() > room) continue;
    text += next;
  }
  return text;
}

class HtmlReport : public ReportFormat {
 public:
  std::string_view id() const override { return "html"; }
  std::string_view summary() const override { return "one page for people, with a timeline of each case"; }
  std::string_view file_name() const override { return "report.html"; }

  std::string render(const RunRecord& record) const override {
    const std::vector<ScenarioRun> runs = scenario_runs(record);
    const RunOutcome outcome = outcome_of(record.plan, record.results);
    json scenarios = json::array();
    std::string cases;
    std::vector<Candidate> candidates;
    size_t number = 0;
    for (const ScenarioRun& run : runs) {
      for (size_t v = 0; v < run.variants.size(); ++v) {
        std::map<int, int> nth;
        for (const JudgedCase& one : run.variants[v].cases) {
          const int rank = rank_of(one);
          candidates.push_back(
              {.number = number++, .rank = rank, .nth = nth[rank]++, .history = one.history});
          cases += (cases.empty() ? "" : ",\n") + dumped(case_json(one, scenarios.size(), v));
        }
      }
      scenarios.push_back(scenario_json(run));
    }
    std::string data = fmt::format(
        "{{\"schema\":\"{}\",\n\"run\":{},\n\"targets\":{},\n\"scenarios\":{},\n\"comparisons\":{},"
        "\n\"classes\":{},\n\"explored\":{},"
        "\n\"left_out\":{},\n\"cases\":[{}],\n\"pictures\":{{",
        kDataSchema, dumped(run_json(record, outcome)), dumped(targets_json(record.info)), dumped(scenarios),
        dumped(comparisons_json(runs)), dumped(classes_of_page(class_table(record, runs))),
        dumped(exploration_words(record, {})), dumped(record.plan.notes), cases);
    data = for_script(std::move(data));
    const size_t used = data.size() + viewer_page().size();
    data += pictures(std::move(candidates), used < kMostBytes ? kMostBytes - used : 0) + "}}";
    return filled(data);
  }

 private:
  static std::string filled(const std::string& data) {
    const std::string_view page = viewer_page();
    const size_t place = page.find(kRunPlace);
    std::string result(page.substr(0, place));
    result += data;
    result += page.substr(place + kRunPlace.size());
    return result;
  }
};

const Registration<ReportFormat> registration{std::make_unique<HtmlReport>()};

}  // namespace
}  // namespace harness
