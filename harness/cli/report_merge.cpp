// harness report merge: shards and runs of several machines as one run folder, judged as a whole.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "check/outcome.h"
#include "cli/command.h"
#include "record/checked_file.h"
#include "record/merge.h"
#include "report/format.h"
#include "report/terminal.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// Where a case can be replayed only from its run folder, that is now the merged one.
void replay_from(const std::string& folder, Plan& plan) {
  for (Case& one : plan.cases) {
    const size_t which = one.replay.find(" --case ");
    if (which == std::string::npos) continue;
    one.replay = "harness replay '" + folder + "'" + one.replay.substr(which);
  }
}

Status write_run(const RunRecord& record) {
  ASSIGN_OR_RETURN(RunWriter writer, RunWriter::create(record.directory, report_file_names()));
  TRY(writer.write_plan(record.info, record.plan));
  for (const Case& one : record.plan.cases) {
    const auto history = record.histories.find(one.id);
    if (history != record.histories.end()) TRY(writer.append(one.id, history->second));
  }
  TRY(writer.write_verdict(record.results, record.complete));
  for (const ReportFormat* format : ReportFormats::instance().all()) {
    if (!format->is_in_every_run_folder()) continue;
    TRY(write_whole_file((fs::path(record.directory) / format->file_name()).string(),
                         format->render(record)));
  }
  return done();
}

class MergeCommand : public Command {
 public:
  std::string_view id() const override { return "merge"; }
  std::string_view parent() const override { return "report"; }
  std::string_view summary() const override { return "shards and runs of several machines as one run"; }

  void add_options(CLI::App& app) override {
    app.add_option("runs", directories_, "run folders: all shards of a run, or runs of several machines")
        ->required();
    app.add_option("--out", out_, "the run folder of the whole")->required();
  }

  Result<int> run() override {
    std::vector<RunRecord> runs;
    for (const std::string& directory : directories_) {
      if (fs::weakly_canonical(directory) == fs::weakly_canonical(out_))
        return usage_error("--out \"" + out_ + "\" is one of the runs to merge; name another folder");
      ASSIGN_OR_RETURN(RunRecord record, read_run(directory));
      runs.push_back(std::move(record));
    }
    RunRecord whole = merge_runs(std::move(runs));
    whole.directory = out_;
    whole.info.command_line = {"harness", "report", "merge"};
    for (const std::string& directory : directories_) whole.info.command_line.push_back(directory);
    replay_from(out_, whole.plan);
    TRY(write_run(whole));
    const RunOutcome outcome = outcome_of(whole.plan, whole.results);
    fmt::print("{}", terminal_summary(whole, outcome));
    for (const std::string& id : whole.info.flaky) fmt::print("flaky: {}: its worst result is kept\n", id);
    const bool is_whole = whole.complete || outcome.exit_status != kAsExpected;
    return is_whole ? outcome.exit_status : static_cast<int>(kInconclusive);
  }

 private:
  std::vector<std::string> directories_;
  std::string out_;
};

const CommandRegistration registration{std::make_unique<MergeCommand>()};

}  // namespace
}  // namespace harness
