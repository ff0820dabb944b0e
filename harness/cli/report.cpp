// harness report: renders a stored run.
#include <fmt/format.h>
#include <fnmatch.h>

#include "base/suggest.h"
#include "cli/command.h"
#include "record/checked_file.h"
#include "report/format.h"

namespace harness {
namespace {

class ReportCommand : public Command {
 public:
  std::string_view id() const override { return "report"; }
  std::string_view summary() const override { return "render a stored run: HTML, JUnit, Markdown, SARIF, …"; }

  void add_options(CLI::App& app) override {
    app.add_option("run", directory_, "a run folder");
    app.add_option("--format", format_, "one of `harness list formats`")->capture_default_str();
    app.add_option("--case", case_, "only this case: its id, or a glob");
    app.add_option("--out", out_, "a file (default: standard output)");
  }

  Result<int> run() override {
    if (directory_.empty()) return usage_error("run is required: name a run folder; see harness --help");
    const ReportFormat* format = ReportFormats::instance().find(format_);
    if (format == nullptr) return usage_error(not_found("format", format_, known_formats()));
    ASSIGN_OR_RETURN(RunRecord record, read_whole_run(directory_, detail_for(*format)));
    if (!case_.empty()) TRY(keep_only(case_, record));
    const std::string text = format->render(record);
    if (out_.empty()) {
      fmt::print("{}", text);
    } else {
      TRY(write_whole_file(out_, text));
    }
    return kAsExpected;
  }

 private:
  // What every run folder has was rendered from no more. Who asks for one case asks for all of it.
  HistoryDetail detail_for(const ReportFormat& format) const {
    const bool is_enough = format.is_in_every_run_folder() && case_.empty();
    return is_enough ? HistoryDetail::for_reports : HistoryDetail::whole;
  }

  static Status keep_only(const std::string& wanted, RunRecord& record) {
    std::vector<std::string> ids;
    for (const Case& one : record.plan.cases) ids.push_back(one.id);
    // An id may hold what a glob reads otherwise.
    const auto is_wanted = [&](const std::string& id) {
      return id == wanted || ::fnmatch(wanted.c_str(), id.c_str(), 0) == 0;
    };
    std::erase_if(record.plan.cases, [&](const Case& one) { return !is_wanted(one.id); });
    std::erase_if(record.results, [&](const CaseResult& one) { return !is_wanted(one.id); });
    if (record.plan.cases.empty()) return usage_error(not_found("case", wanted, ids));
    return done();
  }

  static std::vector<std::string> known_formats() {
    std::vector<std::string> names;
    for (const ReportFormat* format : ReportFormats::instance().all()) names.emplace_back(format->id());
    return names;
  }

  std::string directory_;
  std::string format_ = "markdown";
  std::string case_;
  std::string out_;
};

const CommandRegistration registration{std::make_unique<ReportCommand>()};

}  // namespace
}  // namespace harness
