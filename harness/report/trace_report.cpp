// trace.json: histories in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open.
//
// The cases stand one after the other, since their clocks begin anew; each of their processes is a process of
// the trace, with its operations as slices, its events as instants and the objects as counters. Only cases
// whose history is whole are in it: `--case` picks some.
#include <fmt/format.h>

#include "check/explored.h"
#include "report/format.h"
#include "report/scenario_run.h"
#include "report/sentence.h"
#include "report/step_timeline.h"
#include "report/timeline.h"
#include "report/wording.h"

namespace harness {
namespace {

using nlohmann::json;

constexpr int64_t kPauseNs = 1'000'000;  // between two cases, so that they stand apart

double microseconds(int64_t ns) { return static_cast<double>(ns) / 1e3; }

bool is_instant(EventKind kind) {
  return kind != EventKind::invoke && kind != EventKind::ok && kind != EventKind::fail &&
         kind != EventKind::info;
}

// Process numbers of a trace must differ from case to case, where those of subjects are the same again and
// again.
class CaseTrace {
 public:
  CaseTrace(const JudgedCase& one, int64_t begin_ns, int first_pid, json& events)
      : case_(one),
        begin_ns_(begin_ns),
        first_pid_(first_pid),
        events_(events),
        history_(has_steps(*one.history) ? steps_of(*one.history) : *one.history),
        timeline_(has_steps(*one.history) ? step_timeline_of(*one.history) : timeline_of(*one.history)) {}

  void write() {
    name(first_pid_, "harness");
    slice(first_pid_, first_pid_, case_.plan->id, first_ns(), timeline_.end_ns,
          {{"verdict", to_string(case_.result.verdict)}, {"as_expected", case_.result.as_expected}});
    for (size_t i = 0; i < timeline_.lanes.size(); ++i) name(pid_of(i), timeline_.lanes[i].name);
    for (const Span& span : timeline_.spans) {
      const std::string_view outcome = span.is_open ? "never answered" : to_string(span.outcome);
      slice(pid_of(span.lane), span.tid, span.name, span.begin_ns, span.end_ns,
            span.kind == Span::Kind::operation ? json{{"outcome", outcome}} : json::object());
    }
    for (const Event& event : history_) {
      if (is_instant(event.kind) && !is_step(event)) instant(event);
    }
    for (const ObjectTrack& track : timeline_.objects) counters(track);
  }

  int64_t end_ns() const { return begin_ns_ + timeline_.end_ns - first_ns(); }
  int next_pid() const { return pid_of(timeline_.lanes.size()); }

 private:
  int pid_of(size_t lane) const { return first_pid_ + 1 + static_cast<int>(lane); }
  int64_t first_ns() const { return history_.front().time_ns; }
  double at(int64_t ns) const { return microseconds(begin_ns_ + ns - first_ns()); }

  void name(int pid, const std::string& role) {
    events_.push_back({{"ph", "M"},
                       {"name", "process_name"},
                       {"pid", pid},
                       {"tid", 0},
                       {"args", {{"name", printable(role) + " · " + case_.plan->id}}}});
    events_.push_back({{"ph", "M"},
                       {"name", "process_sort_index"},
                       {"pid", pid},
                       {"tid", 0},
                       {"args", {{"sort_index", pid}}}});
  }

  void slice(int pid, int tid, const std::string& what, int64_t from, int64_t to, json args) {
    events_.push_back({{"ph", "X"},
                       {"cat", "operation"},
                       {"name", printable(what)},
                       {"pid", pid},
                       {"tid", tid},
                       {"ts", at(from)},
                       {"dur", microseconds(to - from)},
                       {"args", std::move(args)}});
  }

  void instant(const Event& event) {
    const auto lane = timeline_.lane_of(event);
    const bool is_of_all = event.kind == EventKind::fault || event.kind == EventKind::deadlock ||
                           event.kind == EventKind::deadline;
    events_.push_back({{"ph", "i"},
                       {"cat", to_string(event.kind)},
                       {"name", what_happened(event)},
                       {"pid", lane ? pid_of(*lane) : first_pid_},
                       {"tid", lane ? event.tid : first_pid_},
                       {"ts", at(event.time_ns)},
                       {"s", is_of_all ? "g" : "t"},
                       {"args", {{"index", event.index}}}});
  }

  // A counter is a number: of a lock, whether it is held.
  void counters(const ObjectTrack& track) {
    for (const ObjectTrack::State& state : track.states) {
      const int64_t value = state.level ? *state.level : state.value.empty() ? 0 : 1;
      events_.push_back({{"ph", "C"},
                         {"name", track.name},
                         {"pid", first_pid_},
                         {"tid", 0},
                         {"ts", at(state.from_ns)},
                         {"args", {{"value", value}}}});
    }
  }

  const JudgedCase& case_;
  int64_t begin_ns_;
  int first_pid_;
  json& events_;
  History history_;  // the steps alone, where it is an execution of the model
  Timeline timeline_;
};

class TraceReport : public ReportFormat {
 public:
  std::string_view id() const override { return "trace"; }
  std::string_view summary() const override { return "histories for ui.perfetto.dev and chrome://tracing"; }
  std::string_view file_name() const override { return "trace.json"; }
  bool is_in_every_run_folder() const override { return false; }

  std::string render(const RunRecord& record) const override {
    json events = json::array();
    int64_t begin_ns = 0;
    int pid = 1;
    for (const ScenarioRun& run : scenario_runs(record)) {
      for (const VariantRun& variant : run.variants) {
        for (const JudgedCase& one : variant.cases) {
          if (!is_whole(*one.history)) continue;
          CaseTrace trace(one, begin_ns, pid, events);
          trace.write();
          begin_ns = trace.end_ns() + kPauseNs;
          pid = trace.next_pid();
        }
      }
    }
    const json trace = {{"displayTimeUnit", "ns"},
                        {"otherData", {{"run", record.info.id}, {"version", record.info.version}}},
                        {"traceEvents", std::move(events)}};
    return trace.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  }
};

const Registration<ReportFormat> registration{std::make_unique<TraceReport>()};

}  // namespace
}  // namespace harness
