// harness explore: every injection point in turn, with every fault that is legal there, and how much of that
// was done.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/execute.h"
#include "cli/explored_sweeps.h"
#include "cli/selection.h"
#include "run/divergence.h"
#include "run/exploration.h"
#include "run/instruction_exploration.h"
#include "run/interleavings.h"
#include "run/model_mode.h"

namespace harness {
namespace {

constexpr const char* kInstruction = "instruction";
constexpr const char* kStore = "store";  // the instructions behind stores to shared memory

bool is_cut_off(const History& history) {
  return std::any_of(history.begin(), history.end(),
                     [](const Event& event) { return event.kind == EventKind::lost; });
}

// The end of a second run's id.
constexpr std::string_view kTwin = "/r2";

class ExploreCommand : public Command {
 public:
  std::string_view id() const override { return "explore"; }
  std::string_view summary() const override {
    return "strike at every call, probe or instruction in turn, with every fault that is legal there";
  }

  void add_options(CLI::App& app) override {
    app.add_option("scenario", selection_.scenarios,
                   "names, globs such as 'crash-*', or paths of scenario.yaml files");
    CLI::Option* const every =
        app.add_option("--every", every_, "syscall, probe, instruction, or store to shared memory")
            ->check(CLI::IsMember({"syscall", "probe", kInstruction, kStore}))
            ->capture_default_str();
    CLI::Option* const region =
        app.add_option("--region", selection_.request.region,
                       "of instructions and stores: FROM..TO, two probes (default: what the scenario says)");
    CLI::Option* const schedules =
        app.add_option("--schedules", interleaving_.schedules,
                       "strike nowhere; run each variant under so many orders of its tasks' steps")
            ->check(CLI::Range(1, 1'000'000))
            ->excludes(every)
            ->excludes(region);
    app.add_option("--seed", interleaving_.seed, "from which schedules are drawn")
        ->capture_default_str()
        ->check(what_is_wrong_with_seed, "")
        ->needs(schedules);
    app.add_flag("--with-faults", interleaving_.keeps_faults,
                 "schedules for each case that the scenario plans, with its faults")
        ->needs(schedules);
    const auto one_each = [](CLI::Option* option) { option->allow_extra_args(false)->delimiter(','); };
    one_each(app.add_option("--variant", selection_.request.variants,
                            "only this variant, judged as if it were your program: it must pass"));
    one_each(app.add_option("--victim", exploring_.victims, "only this role")->excludes(schedules));
    one_each(app.add_option("--mechanism", selection_.mechanisms, "every scenario of this mechanism"));
    one_each(app.add_option("--target", selection_.targets, "where to run (default: native)"));
    app.add_option("--arrivals", exploring_.arrivals,
                   "of each point at most so many arrivals, evenly spread (default: all)")
        ->check(CLI::Range(1, 1'000'000))
        ->excludes(schedules);
    app.add_option("--jobs", options_.jobs, "run so many cases at a time")->check(CLI::Range(1, 1024));
    app.add_option("--out", options_.out, "the run folder (default: reports/out/<run id>)")
        ->check([](const std::string& path) {
          return path.empty() ? std::string("--out is empty; name a folder") : "";
        });
    app.add_option("--resume", resumed_,
                   "go on, in a folder of its own, with an exploration that was cut short: its run folder");
    app.add_option(
           "--demand-coverage", demanded_,
           "exit with 1 when less than this part of the pairs that can be reached struck, or of a region's "
           "instructions, in percent")
        ->check(CLI::Range(1, 100))
        ->excludes(schedules);
    app.add_flag("--check-divergence", compares_,
                 "run each case twice, and tell those that came to something else the second time");
    app.add_flag("--json", options_.json, "print report.json instead of the summary");
  }

  Result<int> run() override {
    ASSIGN_OR_RETURN(Plan plan, resumed_.empty() ? first_plan() : resumed_plan());
    Exploration exploration(exploring_);
    InstructionExploration instructions(instructions_wanted());
    Interleavings interleavings(interleaving_);
    const bool is_by_instruction = is_in_regions();
    // An id says all of a case of a shipped scenario (run/explored_id.h).
    options_.ids_are_enough = resumed_.empty() && selection_.is_plain();
    options_.command_line = {"harness", "explore"};
    for (const std::string& name : selection_.scenarios) options_.command_line.push_back(name);
    options_.grow = [&](const Case& one, const History& history) {
      if (one.repeat > 1) return std::vector<Case>();
      if (is_by_instruction) return with_twins(instructions.next(one, history));
      return with_twins(one.schedule ? interleavings.next(one, history) : exploration.next(one, history));
    };
    if (compares_)
      options_.on_history = [&](const Case& one, const History& history) { compare(one, history); };
    options_.conclude = [&](RunRecord& record) {
      if (is_of_schedules()) return conclude_schedules(record, interleavings);
      const auto coverage_of = [&](const auto& explored) {
        return explored.coverage(record.plan, record.results, record.histories);
      };
      return conclude(record, is_by_instruction ? coverage_of(instructions) : coverage_of(exploration));
    };
    ASSIGN_OR_RETURN(const Executed executed, execute(std::move(plan), options_));
    return executed.exit_status;
  }

 private:
  bool is_in_regions() const { return every_ == kInstruction || every_ == kStore; }
  bool is_of_schedules() const { return interleaving_.schedules > 0; }

  InstructionExploration::Options instructions_wanted() const {
    return {.victims = exploring_.victims, .only_stores = every_ == kStore, .arrivals = exploring_.arrivals};
  }

  nlohmann::json settings() const {
    if (is_of_schedules())
      return {{"every", "schedule"},
              {"victims", nlohmann::json::array()},
              {"arrivals", 0},
              {"schedules", interleaving_.schedules},
              {"seed", interleaving_.seed},
              {"with_faults", interleaving_.keeps_faults}};
    return {{"every", every_}, {"victims", exploring_.victims}, {"arrivals", exploring_.arrivals}};
  }

  void take_settings(const nlohmann::json& settings) {
    if (settings.contains("schedules")) {
      interleaving_ = {.schedules = settings.at("schedules"),
                       .seed = settings.at("seed"),
                       .keeps_faults = settings.at("with_faults")};
      return;
    }
    every_ = settings.at("every");
    exploring_.victims = settings.at("victims").get<std::vector<std::string>>();
    exploring_.arrivals = settings.at("arrivals");
  }

  // What each variant does without a fault, a walk through the region for each victim, and what a sweep of
  // the first role alone comes to.
  Result<Plan> first_plan_of_instructions() {
    selection_.request.explored = selection_.request.every_instruction = true;
    selection_.request.victims = exploring_.victims;
    ASSIGN_OR_RETURN(Plan plan, selection_.plan(Catalogue::find()));
    const InstructionExploration exploration(instructions_wanted());
    std::vector<Case> recordings;
    std::vector<Case> sweeps;
    for (const Case& planned : plan.cases) {
      TRY(check_victims(planned));
      if (!exploration.is_wanted(planned)) continue;
      recordings.push_back(exploration.recording(planned));
      const bool is_swept = every_ == kInstruction && is_survey(recordings.back());
      if (is_swept) add_sweep(recordings.back(), plan.notes, sweeps);
    }
    plan.cases = with_twins(std::move(recordings));
    plan.cases.insert(plan.cases.end(), sweeps.begin(), sweeps.end());
    plan.exploration = {{"settings", settings()}};
    return plan;
  }

  // Of the survey of a variant's first role. Where that cannot be swept alone the plan says so.
  void add_sweep(const Case& survey, std::vector<std::string>& notes, std::vector<Case>& sweeps) {
    const Fault& walked = survey.faults.back();
    if (!names_instance(walked.victim, survey.roles.front().name)) return;  // told of another of its surveys
    const std::string variant = survey.scenario + "/" + survey.variant;
    if (survey.target != "native") {
      notes.push_back(variant + " on " + survey.target +
                      ": not swept by stand-ins: that is done on target native alone");
      return;
    }
    auto swept = sweep_first_role(survey, walked.at);
    if (!swept) {
      notes.push_back(variant + ": not swept by stand-ins: " + swept.error().message);
      return;
    }
    options_.known[swept->plan.id] = std::move(swept->history);
    sweeps.push_back(std::move(swept->plan));
  }

  // One recording for each variant of each scenario.
  Result<Plan> first_plan() {
    if (is_in_regions()) return first_plan_of_instructions();
    exploring_.every = every_ == "probe" ? Every::probe : Every::syscall;
    selection_.request.explored = !is_of_schedules();
    ASSIGN_OR_RETURN(Plan plan, selection_.plan(Catalogue::find()));
    const Exploration exploration(exploring_);
    const Interleavings interleavings(interleaving_);
    std::vector<Case> recordings;
    for (const Case& planned : plan.cases) {
      if (is_of_schedules() && planned.mode == kModelMode)
        return usage_error("--schedules: target " + planned.target +
                           " goes through every order by itself; leave --schedules or the target out");
      if (is_of_schedules() && has_instructions(planned.faults)) continue;  // a step is more than one there
      Case one = is_of_schedules() ? interleavings.recording(planned) : exploration.recording(planned);
      const bool is_known = std::any_of(recordings.begin(), recordings.end(),
                                        [&](const Case& other) { return other.id == one.id; });
      if (is_known) continue;
      TRY(check_victims(planned));
      recordings.push_back(std::move(one));
    }
    plan.cases = with_twins(std::move(recordings));
    plan.exploration = {{"settings", settings()}};
    return plan;
  }

  // Each with the same case again behind it, where they are to be compared.
  std::vector<Case> with_twins(std::vector<Case> cases) const {
    if (!compares_) return cases;
    std::vector<Case> all;
    for (Case& one : cases) {
      Case twin = one;
      twin.repeat = 2;
      twin.seed = one.seed + 1;
      twin.id += kTwin;
      all.push_back(std::move(one));
      all.push_back(std::move(twin));
    }
    return all;
  }

  void compare(const Case& one, const History& history) {
    const std::string id = one.repeat > 1 ? one.id.substr(0, one.id.size() - kTwin.size()) : one.id;
    StableStory story = stable_story(history);
    const auto other = waiting_.find(id);
    if (other == waiting_.end()) {
      waiting_.emplace(id, std::move(story));
      return;
    }
    ++compared_;
    if (digest_of(other->second) != digest_of(story)) {
      const bool is_first = one.repeat == 1;
      const auto differs =
          is_first ? divergence_of(story, other->second) : divergence_of(other->second, story);
      diverged_.push_back({{"case", id},
                           {"role", differs->role},
                           {"nth", differs->nth},
                           {"first", differs->first},
                           {"again", differs->again}});
    }
    waiting_.erase(other);
  }

  Status check_victims(const Case& planned) const {
    std::vector<std::string> roles;
    for (const RoleInstance& role : planned.roles) roles.push_back(role.name);
    for (const std::string& victim : exploring_.victims) {
      const bool is_known = std::any_of(
          roles.begin(), roles.end(), [&](const std::string& role) { return names_instance(victim, role); });
      if (!is_known) return usage_error("--victim: " + not_found("role", victim, roles));
    }
    return done();
  }

  // What an earlier run planned at first, and whatever it has recorded. That stays where it is until the new
  // folder has all of it.
  Result<Plan> resumed_plan() {
    namespace fs = std::filesystem;
    if (!selection_.scenarios.empty() || !selection_.mechanisms.empty())
      return usage_error("--resume goes on with the scenarios of its run folder; name none");
    std::error_code error;
    if (!options_.out.empty() &&
        fs::weakly_canonical(options_.out, error) == fs::weakly_canonical(resumed_, error))
      return usage_error("--out " + options_.out + ": this is the folder to go on from; name another");
    ASSIGN_OR_RETURN(RunRecord record, read_run(resumed_));
    if (!record.plan.exploration.contains("settings"))
      return usage_error("--resume " + resumed_ + ": this is no run of harness explore");
    take_settings(record.plan.exploration.at("settings"));
    exploring_.every = every_ == "probe" ? Every::probe : Every::syscall;
    Plan plan{
        .seed = record.plan.seed, .notes = record.plan.notes, .exploration = {{"settings", settings()}}};
    for (const Case& one : record.plan.cases) {
      const bool is_first = one.schedule ? *one.schedule == Schedule{} : one.faults.empty() || is_survey(one);
      if (is_first) plan.cases.push_back(one);
    }
    for (auto& [id, history] : record.histories) {
      if (!is_cut_off(history)) options_.known[id] = std::move(history);
    }
    return plan;
  }

  // Cases whose fault did not strike tested nothing: they are told as such, and have no verdict. Where nobody
  // knows why, something else was done than was planned, and the whole is inconclusive.
  int conclude(RunRecord& record, nlohmann::json coverage) const {
    coverage["settings"] = settings();
    std::set<std::string> in_vain;
    for (const CaseResult& result : record.results) {
      if (result.faults_fired < result.faults_planned && result.verdict == Verdict::inconclusive)
        in_vain.insert(result.id);
    }
    for (const Case& one : record.plan.cases) {
      if (is_survey(one)) in_vain.insert(one.id);  // nobody was to be struck
    }
    const auto is_in_vain = [&](const auto& one) { return in_vain.count(one.id) != 0; };
    std::erase_if(record.plan.cases, is_in_vain);
    std::erase_if(record.results, is_in_vain);
    const auto has_unexplained = [&](const char* list) {
      return std::any_of(coverage.at(list).begin(), coverage.at(list).end(),
                         [](const nlohmann::json& one) { return !one.at("excused").get<bool>(); });
    };
    const bool is_unexplained = has_unexplained("unfired") || has_unexplained("missed");
    const int legal = coverage.at("pairs").at("legal");
    const int fired = coverage.at("pairs").at("fired");
    const int reachable = legal - coverage.at("pairs").value("unreachable", 0);
    if (!coverage.contains("percent")) coverage["percent"] = reachable == 0 ? 0 : 100.0 * fired / reachable;
    const double percent = coverage["percent"];
    if (compares_) coverage["divergence"] = {{"compared", compared_}, {"diverged", diverged_}};
    for (const auto& [id, history] : options_.known) {
      const bool is_sweep = history.size() == 1 && history.front().kind == EventKind::swept;
      if (is_sweep) coverage["sweeps"].push_back({{"case", id}, {"sweep", history.front().data}});
    }
    record.plan.exploration = std::move(coverage);
    if (demanded_ > 0 && percent < demanded_) return kSurprise;
    return fired == 0 || is_unexplained || !diverged_.empty() ? kInconclusive : kAsExpected;
  }

  int conclude_schedules(RunRecord& record, const Interleavings& interleavings) const {
    nlohmann::json coverage = interleavings.coverage(record.plan, record.results);
    coverage["settings"] = settings();
    if (compares_) coverage["divergence"] = {{"compared", compared_}, {"diverged", diverged_}};
    record.plan.exploration = std::move(coverage);
    return diverged_.empty() ? kAsExpected : kInconclusive;
  }

  Selection selection_;
  ExecuteOptions options_;
  Exploration::Options exploring_;
  Interleavings::Options interleaving_;
  std::string every_ = "syscall";
  std::string resumed_;
  int demanded_ = 0;
  bool compares_ = false;
  int compared_ = 0;
  std::map<std::string, StableStory> waiting_;  // by case id, for its twin
  nlohmann::json diverged_ = nlohmann::json::array();
};

const CommandRegistration registration{std::make_unique<ExploreCommand>()};

}  // namespace
}  // namespace harness
