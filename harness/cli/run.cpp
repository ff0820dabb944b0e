// harness run: plan, run, judge, report.
#include <cstdio>
#include <optional>

#include "cli/command.h"
#include "cli/execute.h"
#include "cli/gatekeeper.h"
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
    app.add_flag("--calls", options_.every_call,
                 "record every system call of every role, for the timelines of the report; slower");
    app.add_option("--shard", shard_,
                   "only the cases that fall to one of several machines, 3/16; then merge");
    app.add_option("--gate", policy_, "a policy file: exit by it, as harness gate does with the run folder");
  }

  Result<int> run() override {
    const Catalogue catalogue = Catalogue::find();
    ASSIGN_OR_RETURN(Plan plan, selection_.plan(catalogue));
    ASSIGN_OR_RETURN(options_.denied, denied_from(without_));
    if (!shard_.empty()) {
      if (options_.json || !policy_.empty())
        return usage_error(
            "a shard is judged when it is merged; leave out --json and --gate, and use harness "
            "report merge");
      ASSIGN_OR_RETURN(options_.shard, parse_shard(shard_));
    }
    std::optional<Gatekeeper> keeper;  // a policy that is wrong is told before anything runs
    if (!policy_.empty()) {
      ASSIGN_OR_RETURN(keeper, Gatekeeper::read(policy_, ""));
    }
    options_.ids_are_enough = selection_.is_plain();
    options_.command_line = {"harness", "run"};
    for (const std::string& name : selection_.scenarios) options_.command_line.push_back(name);
    options_.elsewhere = [this](const Case& planned, const std::string& target) {
      return selection_.elsewhere(planned, target);
    };
    ASSIGN_OR_RETURN(Executed executed, execute(std::move(plan), options_));
    if (!keeper || executed.exit_status > 128) return executed.exit_status;
    const GateOutcome gate = keeper->judge(std::move(executed.record));
    // The report alone stands on standard output where that is asked for.
    std::fputs(gate_words(gate).c_str(), options_.json ? stderr : stdout);
    return gate.exit_status;
  }

 private:
  Selection selection_;
  ExecuteOptions options_;
  std::vector<std::string> without_;
  std::string policy_;
  std::string shard_;
};

const CommandRegistration registration{std::make_unique<RunCommand>()};

}  // namespace
}  // namespace harness
