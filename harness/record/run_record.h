// RunRecord: what a run leaves on disk (plan.json, history.jsonl, verdict.json) and how it is read again.
//
// reports/README.md specifies the folder; reports/schemas/ has a JSON Schema of each file.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"
#include "record/shard.h"

namespace harness {

inline constexpr std::string_view kPlanSchema = "harness-plan/1";
inline constexpr std::string_view kVerdictSchema = "harness-verdict/1";

inline constexpr std::string_view kPlanFile = "plan.json";
inline constexpr std::string_view kHistoryFile = "history.jsonl";
inline constexpr std::string_view kVerdictFile = "verdict.json";

// The machine that ran the cases.
struct HostInfo {
  std::string kernel;
  std::string arch;
  int cpus = 0;
  bool emulated = false;

  bool operator==(const HostInfo&) const = default;
};

// A target as it was in this run: its evidence limits, what the machine denied it, and what it is made of.
struct TargetInfo {
  std::string id;
  std::vector<std::string> shows;
  std::vector<std::string> cannot_show;
  std::vector<std::string> lost;                    // "ptrace: Operation not permitted; no syscall points"
  nlohmann::json facts = nlohmann::json::object();  // of the machine behind it, where that is not this one

  bool operator==(const TargetInfo&) const = default;
};

// Who ran what, where and when. Plain values: the caller asks the machine and the clock.
struct RunInfo {
  std::string id;
  std::string started_at;  // ISO 8601, UTC
  std::string version;     // of the harness
  std::string commit;
  HostInfo host;
  std::vector<std::string> command_line;
  std::vector<TargetInfo> targets;
  std::optional<Shard> shard;      // when it is a part of a run
  std::vector<std::string> flaky;  // ids of cases that came to different verdicts in the runs merged into it

  bool operator==(const RunInfo&) const = default;
};

// A whole run: what reports are rendered from.
struct RunRecord {
  RunInfo info;
  Plan plan;
  std::map<std::string, History> histories;  // by case id; a case that never started has none
  std::vector<CaseResult> results;           // one for each case that was judged
  bool complete = false;  // false: the run was cut short, cases of the plan may have no result
  std::string directory;  // the run folder as reports name it; "" when there is none
};

// Writes a run folder while the run goes on, so that what was recorded survives whatever ends the run.
//
// Every write is checked. An error names the file, errno and the mend; history.jsonl then still ends with the
// last case that was written whole. Not for use by several threads at once.
class RunWriter {
 public:
  // Makes the folder and its parents, or takes over the folder of an earlier run, whose record and `derived`
  // files (reports rendered from it: see report_file_names()) are removed, so that no old verdict stands
  // beside a new plan. Any other folder that is not empty is refused, and so is one that another run is
  // writing to.
  static Result<RunWriter> create(const std::string& directory, const std::vector<std::string>& derived = {});

  RunWriter(RunWriter&&) noexcept;
  RunWriter& operator=(RunWriter&&) noexcept;
  ~RunWriter();

  // plan.json; before the first case starts, so that an interrupted run can be read.
  Status write_plan(const RunInfo& info, const Plan& plan);

  // The history of one case, once, after the case has ended: one event a line in history.jsonl.
  Status append(const std::string& case_id, const History& history);

  // verdict.json, whole or not at all. `complete` is false when cases of the plan were not run.
  Status write_verdict(const std::vector<CaseResult>& results, bool complete);

  const std::string& directory() const { return directory_; }

 private:
  class HistoryFile;
  RunWriter(std::string directory, std::unique_ptr<HistoryFile> history);

  std::string directory_;
  std::unique_ptr<HistoryFile> history_;
};

// How much of the histories is read: all, or what the reports are rendered from that every run folder has
// (record/kept_events.h).
enum class HistoryDetail { whole, for_reports };

// Reads a run folder. Errors name file and line, and what was expected there; all are the caller's
// (Blame::usage).
//
// A run that was killed has no verdict.json: it comes back with `complete` false and without results. A case
// whose history was cut off in the middle gets a `lost` event each for operations and residue, so that
// judging it again cannot pass for want of evidence.
Result<RunRecord> read_run(const std::string& directory, HistoryDetail detail = HistoryDetail::whole);

// The same, where only a whole run makes sense: a shard is refused, with the command that merges it.
Result<RunRecord> read_whole_run(const std::string& directory, HistoryDetail detail = HistoryDetail::whole);

void to_json(nlohmann::json& json, const HostInfo& host);
void from_json(const nlohmann::json& json, HostInfo& host);
void to_json(nlohmann::json& json, const TargetInfo& target);
void from_json(const nlohmann::json& json, TargetInfo& target);
void to_json(nlohmann::json& json, const RunInfo& info);
void from_json(const nlohmann::json& json, RunInfo& info);

}  // namespace harness
