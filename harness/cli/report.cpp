// harness report: renders a stored run.
#include <fmt/format.h>

#include "base/suggest.h"
#include "cli/command.h"
#include "record/checked_file.h"
#include "report/format.h"

namespace harness {
namespace {

class ReportCommand : public Command {
 public:
  std::string_view id() const override { return "report"; }
  std::string_view summary() const override { return "render a stored run as json, junit or markdown"; }

  void add_options(CLI::App& app) override {
    app.add_option("run", directory_, "a run folder");
    app.add_option("--format", format_, "one of `harness list formats`")->capture_default_str();
    app.add_option("--out", out_, "a file (default: standard output)");
  }

  Result<int> run() override {
    if (directory_.empty()) return usage_error("run is required: name a run folder; see harness --help");
    const ReportFormat* format = ReportFormats::instance().find(format_);
    if (format == nullptr) return usage_error(not_found("format", format_, known_formats()));
    ASSIGN_OR_RETURN(const RunRecord record, read_whole_run(directory_));
    const std::string text = format->render(record);
    if (out_.empty()) {
      fmt::print("{}", text);
    } else {
      TRY(write_whole_file(out_, text));
    }
    return kAsExpected;
  }

 private:
  static std::vector<std::string> known_formats() {
    std::vector<std::string> names;
    for (const ReportFormat* format : ReportFormats::instance().all()) names.emplace_back(format->id());
    return names;
  }

  std::string directory_;
  std::string format_ = "markdown";
  std::string out_;
};

const CommandRegistration registration{std::make_unique<ReportCommand>()};

}  // namespace
}  // namespace harness
