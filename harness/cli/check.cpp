// harness check: the checkers again, on a stored run. Starts nothing.
#include <fmt/format.h>

#include <cstdio>

#include "check/checker.h"
#include "check/outcome.h"
#include "cli/command.h"
#include "record/run_record.h"
#include "report/terminal.h"

namespace harness {
namespace {

class CheckCommand : public Command {
 public:
  std::string_view id() const override { return "check"; }
  std::string_view summary() const override { return "judge a stored run again from its history"; }

  void add_options(CLI::App& app) override { app.add_option("run", directory_, "a run folder")->required(); }

  Result<int> run() override {
    ASSIGN_OR_RETURN(RunRecord record, read_whole_run(directory_));
    record.results.clear();
    for (const Case& planned : record.plan.cases) {
      const auto history = record.histories.find(planned.id);
      if (history != record.histories.end()) record.results.push_back(judge(planned, history->second));
    }
    const RunOutcome outcome = outcome_of(record.plan, record.results);
    fmt::print("{}", terminal_summary(record, outcome));
    return outcome.exit_status;
  }

 private:
  std::string directory_;
};

const CommandRegistration registration{std::make_unique<CheckCommand>()};

}  // namespace
}  // namespace harness
