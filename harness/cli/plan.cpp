// harness plan: what a run would do, starting nothing.
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/selection.h"

namespace harness {
namespace {

class PlanCommand : public Command {
 public:
  std::string_view id() const override { return "plan"; }
  std::string_view summary() const override { return "the cases that run would run, starting nothing"; }

  void add_options(CLI::App& app) override {
    selection_.add_options(app);
    app.add_flag("--json", json_, "as JSON, as in plan.json");
  }

  Result<int> run() override {
    ASSIGN_OR_RETURN(const Plan plan, selection_.plan(Catalogue::find()));
    if (json_) {
      fmt::print("{}\n", nlohmann::json(plan).dump(2));
      return kAsExpected;
    }
    for (const Case& planned : plan.cases)
      fmt::print("{}  expect {}\n", planned.id, to_string(planned.expected));
    for (const std::string& note : plan.notes) fmt::print("note: {}\n", note);
    fmt::print("{} cases\n", plan.cases.size());
    return kAsExpected;
  }

 private:
  Selection selection_;
  bool json_ = false;
};

const CommandRegistration registration{std::make_unique<PlanCommand>()};

}  // namespace
}  // namespace harness
