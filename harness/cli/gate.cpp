// harness gate: whether a stored run is enough to merge on, by a policy file.
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/gatekeeper.h"

namespace harness {
namespace {

class GateCommand : public Command {
 public:
  std::string_view id() const override { return "gate"; }
  std::string_view summary() const override {
    return "whether a stored run is enough to merge on, by a policy file";
  }

  void add_options(CLI::App& app) override {
    app.add_option("run", directory_, "a run folder")->required();
    app.add_option("--policy", policy_, "the policy file: reports/README.md describes it")->required();
    app.add_option("--day", day_, "judge quarantines as on this day, 2027-01-31 (default: today, in UTC)");
    app.add_flag("--json", json_, "as JSON, every rule");
  }

  Result<int> run() override {
    ASSIGN_OR_RETURN(const Gatekeeper keeper, Gatekeeper::read(policy_, day_));
    ASSIGN_OR_RETURN(RunRecord record, read_whole_run(directory_, HistoryDetail::for_reports));
    const GateOutcome outcome = keeper.judge(std::move(record));
    fmt::print("{}", json_ ? gate_json(outcome) : gate_words(outcome));
    return outcome.exit_status;
  }

 private:
  std::string directory_;
  std::string policy_;
  std::string day_;
  bool json_ = false;
};

const CommandRegistration registration{std::make_unique<GateCommand>()};

}  // namespace
}  // namespace harness
