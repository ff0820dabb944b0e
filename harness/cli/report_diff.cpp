// harness report diff: what is worse in one run than in another. Fails on that alone.
#include <fmt/format.h>

#include "cli/command.h"
#include "report/diff.h"
#include "report/wording.h"

namespace harness {
namespace {

std::string words_of(const Difference& one) {
  std::string text = fmt::format("{}  {}", to_string(one.kind), one.id);
  if (!one.now.empty()) text += ": " + one.now;
  if (!one.before.empty() && one.before != one.now) text += " (before: " + one.before + ")";
  text += "\n";
  const bool is_worse = one.kind <= Difference::Kind::new_doubt;
  if (is_worse && !one.replay.empty()) text += "  replay  " + one.replay + "\n";
  return text;
}

class DiffCommand : public Command {
 public:
  std::string_view id() const override { return "diff"; }
  std::string_view parent() const override { return "report"; }
  std::string_view summary() const override { return "new and changed failures against a base run"; }

  void add_options(CLI::App& app) override {
    app.add_option("base", base_, "the run folder to compare with")->required();
    app.add_option("new", new_, "the run folder that is judged")->required();
  }

  Result<int> run() override {
    ASSIGN_OR_RETURN(const RunRecord before, read_whole_run(base_, HistoryDetail::for_reports));
    ASSIGN_OR_RETURN(const RunRecord now, read_whole_run(new_, HistoryDetail::for_reports));
    const RunDiff diff = diff_runs(before, now);
    for (const Difference& one : diff.differences) fmt::print("{}", words_of(one));
    for (const std::string& point : diff.points_only_before) fmt::print("only in {}  {}\n", base_, point);
    for (const std::string& point : diff.points_only_now) fmt::print("only in {}  {}\n", new_, point);
    if (!now.complete) fmt::print("{} was cut short\n", new_);
    fmt::print("{} compared, {} new, {} gone\n", counted(diff.in_both, "case"), diff.only_now,
               diff.only_before);
    return diff.exit_status;
  }

 private:
  std::string base_;
  std::string new_;
};

const CommandRegistration registration{std::make_unique<DiffCommand>()};

}  // namespace
}  // namespace harness
