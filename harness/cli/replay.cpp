// harness replay: one case again, same points, same seed; tells its story and exits by its verdict.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/execute.h"
#include "cli/explored_sweeps.h"
#include "cli/selection.h"
#include "report/replay_line.h"
#include "report/story.h"
#include "run/exploration.h"
#include "run/explored_id.h"
#include "run/instruction_exploration.h"
#include "run/interleavings.h"
#include "run/shrinking.h"
#include "run/sweep.h"

namespace harness {
namespace {

class ReplayCommand : public Command {
 public:
  std::string_view id() const override { return "replay"; }
  std::string_view summary() const override {
    return "run one case again and tell its story; exits by its verdict";
  }

  void add_options(CLI::App& app) override {
    app.add_option("what", what_, "a case id, or a run folder (then each case that was not as expected)")
        ->required();
    app.add_option("--case", case_id_, "which case of a run folder");
    app.add_option("--seed", seed_, "the seed, where a case id is given")
        ->capture_default_str()
        ->check(what_is_wrong_with_seed, "");
    app.add_option("--out", options_.out, "the run folder of the replay")->check([](const std::string& path) {
      return path.empty() ? std::string("--out is empty; name a folder") : "";
    });
    app.add_flag("--calls", options_.every_call, "record every system call of every role, for its timeline");
    app.add_flag("--shrink", shrinks_,
                 "of a case that fails find the smallest that still fails by the same checker");
    app.add_option("--without", without_, "as in run")->allow_extra_args(false)->delimiter(',');
  }

  Result<int> run() override {
    ASSIGN_OR_RETURN(options_.denied, denied_from(without_));
    ASSIGN_OR_RETURN(Plan plan, planned());
    options_.command_line = {"harness", "replay", what_};
    options_.quiet = true;
    // A replay judges the program, not the scenario's expectation of it: it passes or it does not.
    for (Case& one : plan.cases) one.expected = {};
    ASSIGN_OR_RETURN(const Executed executed, execute(std::move(plan), options_));
    for (const CaseResult& result : executed.record.results) {
      const auto& cases = executed.record.plan.cases;
      const auto one =
          std::find_if(cases.begin(), cases.end(), [&](const Case& c) { return c.id == result.id; });
      fmt::print("{}", case_story(*one, executed.record.histories.at(result.id), result));
    }
    fmt::print("record: {}\n", executed.record.directory);
    if (shrinks_) TRY(shrink_all(executed));
    return executed.exit_status;
  }

 private:
  Result<Plan> planned() {
    if (std::filesystem::is_directory(what_)) return from_run_folder();
    return from_id();
  }

  Result<Plan> from_run_folder() const {
    ASSIGN_OR_RETURN(const RunRecord record, read_run(what_));
    Plan plan{.seed = record.plan.seed};
    std::vector<std::string> known;
    for (const Case& one : record.plan.cases) {
      known.push_back(one.id);
      const auto result = std::find_if(record.results.begin(), record.results.end(),
                                       [&](const CaseResult& r) { return r.id == one.id; });
      const bool is_surprise = result != record.results.end() && !result->as_expected;
      const bool is_chosen = case_id_.empty() ? is_surprise : one.id == case_id_;
      if (is_chosen && one.mode == kSweepMode)
        return usage_error("case " + one.id + " is a sweep, which is done again by: " + one.replay);
      if (is_chosen) plan.cases.push_back(one);
    }
    if (plan.cases.empty() && !case_id_.empty()) return usage_error(not_found("case", case_id_, known));
    if (plan.cases.empty()) {
      const std::string judged =
          record.complete
              ? "every case of " + what_ + " was as expected"
              : what_ + " was cut short; the " + std::to_string(record.results.size()) + " of " +
                    std::to_string(record.plan.cases.size()) + " cases that were judged were as expected";
      return usage_error(judged + "; name one with --case");
    }
    return plan;
  }

  Status shrink_all(const Executed& executed) {
    int rounds = 0;
    for (const CaseResult& result : executed.record.results) {
      if (result.verdict != Verdict::fail) continue;
      const auto& cases = executed.record.plan.cases;
      Case smallest =
          *std::find_if(cases.begin(), cases.end(), [&](const Case& one) { return one.id == result.id; });
      for (bool is_smaller = true; is_smaller;) {
        const std::string folder = fmt::format("{}/shrink-{}", executed.record.directory, ++rounds);
        ASSIGN_OR_RETURN(is_smaller, take_a_smaller(smallest, result, folder));
      }
      fmt::print("smallest that fails by the same checker: {}{}\n  replay  {}\n", smallest.id,
                 smallest.id == result.id ? " (as it was)" : "", replay_line(smallest));
    }
    return done();
  }

  // Runs all that are a step smaller, and takes the first of them that still fails. False when none does.
  Result<bool> take_a_smaller(Case& one, const CaseResult& original, const std::string& folder) {
    Plan plan{.seed = one.seed, .cases = smaller_cases(one)};
    if (plan.cases.empty()) return false;
    options_.out = folder;
    options_.ids_are_enough = false;
    ASSIGN_OR_RETURN(const Executed executed, execute(std::move(plan), options_));
    for (const Case& smaller : executed.record.plan.cases) {
      const auto& results = executed.record.results;
      const auto result = std::find_if(results.begin(), results.end(),
                                       [&](const CaseResult& other) { return other.id == smaller.id; });
      if (result == results.end() || !fails_in_the_same_way(*result, original)) continue;
      one = smaller;
      return true;
    }
    return false;
  }

  // What a case id says: scenario/target/variant/faults, and /rN for a repeat. A variant of one of several
  // subjects has its subject before it: subject/variant.
  struct Parts {
    std::string scenario;
    std::string target;
    std::string variant;
    int repeat = 1;
  };

  Result<Parts> parts_of(std::string id) const {
    Parts parts;
    const size_t repeat_at = id.rfind("/r");
    const bool has_repeat = repeat_at != std::string::npos && repeat_at + 2 < id.size() &&
                            id.find_first_not_of("0123456789", repeat_at + 2) == std::string::npos;
    if (has_repeat) {
      parts.repeat = std::max(1, std::atoi(id.c_str() + repeat_at + 2));
      id.resize(repeat_at);
    }
    const size_t target_at = id.find('/');
    const size_t variant_at = target_at == std::string::npos ? target_at : id.find('/', target_at + 1);
    // A fault begins with its victim (VICTIM@POINT=ACTION), and a point may have a slash.
    const size_t faults_at = id.rfind('/', id.find('@'));
    if (variant_at == std::string::npos || faults_at == variant_at) {
      return usage_error("\"" + what_ +
                         "\" is neither a run folder nor a case id (scenario/target/variant/fault)");
    }
    parts.scenario = id.substr(0, target_at);
    parts.target = id.substr(target_at + 1, variant_at - target_at - 1);
    parts.variant = id.substr(variant_at + 1, faults_at - variant_at - 1);
    return parts;
  }

  Result<Plan> from_id() {
    ASSIGN_OR_RETURN(const Parts parts, parts_of(what_));
    Selection selection;
    selection.scenarios = {parts.scenario};
    selection.targets = {parts.target};
    if (parts.variant != "program") selection.request.variants = {parts.variant};
    selection.request.seed = seed_;
    selection.request.repeat = parts.repeat;
    ASSIGN_OR_RETURN(Plan all, selection.plan(Catalogue::find()));
    options_.elsewhere = [selection](const Case& one, const std::string& target) {
      return selection.elsewhere(one, target);
    };
    Plan plan{.seed = all.seed};
    std::vector<std::string> known;
    for (const Case& one : all.cases) known.push_back(one.id);
    if (auto one = find_case(all.cases, what_)) plan.cases.push_back(std::move(*one));
    if (plan.cases.empty()) {
      ASSIGN_OR_RETURN(plan.cases, explored_cases(selection));
    }
    if (plan.cases.empty()) return usage_error(not_found("case", what_, known));
    return plan;
  }

  // An explored case is in no plan: its id says what it is.
  Result<std::vector<Case>> explored_cases(Selection selection) const {
    const bool is_scheduled = schedule_at(what_) != std::string::npos;
    selection.request.explored = !is_scheduled;
    selection.request.repeat = 1;
    selection.request.region = is_scheduled ? "" : region_in(what_);
    const bool is_in_region = !selection.request.region.empty();
    selection.request.every_instruction = is_in_region;
    ASSIGN_OR_RETURN(const Plan planned, selection.plan(Catalogue::find()));
    std::vector<Case> cases;
    for (size_t i = 0; i < planned.cases.size() && cases.empty(); ++i) {
      const Case& one = planned.cases[i];
      if (is_in_region && one.faults.empty()) continue;
      auto found = is_scheduled   ? scheduled_case(one, what_)
                   : is_in_region ? explored_case_in_region(InstructionExploration({}).recording(one), what_)
                                  : explored_case(Exploration({}).recording(one), what_);
      if (found) cases.push_back(std::move(*found));
    }
    return cases;
  }

  std::string what_;
  std::string case_id_;
  uint64_t seed_ = 1;
  bool shrinks_ = false;
  std::vector<std::string> without_;
  ExecuteOptions options_;
};

const CommandRegistration registration{std::make_unique<ReplayCommand>()};

}  // namespace
}  // namespace harness
