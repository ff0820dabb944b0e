// harness run: plan, run, judge, report.
#include "cli/command.h"
#include "cli/execute.h"
#include "cli/selection.h"

namespace harness {
namespace {

class RunCommand : public Command {
 public:
  std::string_view id() const override { return "run"; }
  std::string_view summary() const override { return "run scenarios and report what came of them"; }

  void add_options(CLI::App& app) override {
    selection_.add_options(app);
    app.add_option("--jobs", options_.jobs, "run so many cases at a time")->check(CLI::Range(1, 1024));
    app.add_option("--out", options_.out, "the run folder (default: reports/out/<run id>)")
        ->check([](const std::string& path) {
          return path.empty() ? std::string("--out is empty; name a folder") : "";
        });
    app.add_flag("--json", options_.json, "print report.json instead of the summary");
    app.add_option("--without", without_, "do without namespaces or ptrace, as a machine that denies them")
        ->allow_extra_args(false)
        ->delimiter(',');
  }

  Result<int> run() override {
    const Catalogue catalogue = Catalogue::find();
    ASSIGN_OR_RETURN(Plan plan, selection_.plan(catalogue));
    ASSIGN_OR_RETURN(options_.denied, denied_from(without_));
    options_.ids_are_enough = selection_.is_plain();
    options_.command_line = {"harness", "run"};
    for (const std::string& name : selection_.scenarios) options_.command_line.push_back(name);
    options_.elsewhere = [this](const Case& planned, const std::string& target) {
      return selection_.elsewhere(planned, target);
    };
    ASSIGN_OR_RETURN(const Executed executed, execute(std::move(plan), options_));
    return executed.exit_status;
  }

 private:
  Selection selection_;
  ExecuteOptions options_;
  std::vector<std::string> without_;
};

const CommandRegistration registration{std::make_unique<RunCommand>()};

}  // namespace
}  // namespace harness
