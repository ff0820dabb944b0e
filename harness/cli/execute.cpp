#include "cli/execute.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <set>

#include "base/suggest.h"
#include "check/checker.h"
#include "check/outcome.h"
#include "check/second_opinion.h"
#include "cli/command.h"
#include "cli/commit.h"
#include "cli/explored_sweeps.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/run_folder.h"
#include "record/checked_file.h"
#include "record/kept_events.h"
#include "report/format.h"
#include "report/shard_summary.h"
#include "report/terminal.h"
#include "run/call_record.h"
#include "run/litmus.h"
#include "run/thread_mode.h"
#include "target/dispatch.h"
#include "target/survey.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// The absolute path in a word of a command: the word itself, or what follows a `=`.
std::string path_in(const std::string& word) {
  const size_t equals = word.find("=/");
  if (word.rfind('/', 0) == 0) return word;
  return equals == std::string::npos ? "" : word.substr(equals + 1);
}

// Programs, files and folders that a worker's private mounts must leave visible.
std::vector<std::string> paths_in_use(const Plan& plan) {
  std::set<std::string> paths = {fs::current_path().string()};
  for (const Case& planned : plan.cases) {
    paths.insert(planned.directory);
    for (const RoleInstance& role : planned.roles) {
      for (const std::string& word : role.command) paths.insert(path_in(word));
      for (const auto& [key, value] : role.environment) paths.insert(path_in(value));
    }
  }
  paths.erase("");
  return {paths.begin(), paths.end()};
}

// What an exploration goes on from: the points that were met, and where a region ended.
History met_in(const History& history) {
  History met;
  for (const Event& event : history) {
    const bool is_point =
        event.kind == EventKind::met || event.kind == EventKind::reached || event.kind == EventKind::turns;
    const bool is_region_end = event.kind == EventKind::arrived && event.data.contains("is_last");
    if (is_point || is_region_end || event.kind == EventKind::resumed) met.push_back(event);
  }
  return met;
}

// For a shell: in single quotes, and a single quote itself outside of them.
std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

int shard_status(const std::vector<CaseResult>& results) {
  int status = kAsExpected;
  for (const CaseResult& result : results) {
    if (result.as_expected) continue;
    if (result.verdict == Verdict::fail) return kSurprise;
    status = kInconclusive;
  }
  return status;
}

class Execution {
 public:
  Execution(Plan plan, const ExecuteOptions& options) : options_(options) {
    record_.plan = std::move(plan);
    record_.info = {.id = new_run_id(),
                    .started_at = now_iso(),
                    .version = HARNESS_VERSION,
                    .commit = kCommit,
                    .host = this_host(),
                    .command_line = options.command_line,
                    .shard = options.shard};
    if (record_.info.shard) record_.info.shard->plan = fingerprint_of(record_.plan);
  }

  Result<Executed> run() {
    TRY(check_targets());
    const fs::path folder =
        options_.out.empty() ? fs::path("reports/out") / record_.info.id : fs::path(options_.out);
    record_.directory = folder.string();
    ASSIGN_OR_RETURN(RunWriter writer, RunWriter::create(folder.string(), report_file_names()));
    describe_cases();
    TRY(writer.write_plan(record_.info, record_.plan));
    Interrupt interrupt;
    if (Status status = run_targets(writer, interrupt); !status) {
      // Whatever was judged before is kept; a full disk may refuse even that, and the first error is the one
      // to tell.
      const Status kept = writer.write_verdict(record_.results, false);
      return Error(status.error());
    }
    record_.complete = interrupt.signal() == 0;
    keep_own_cases();
    if (options_.conclude) concluded_ = options_.conclude(record_);
    TRY(writer.write_plan(record_.info, record_.plan));  // now with what the targets lost
    TRY(writer.write_verdict(record_.results, record_.complete));
    if (!record_.info.shard) TRY(write_reports(folder));
    if (options_.out.empty()) point_latest_at(folder);
    return tell(interrupt);
  }

 private:
  // The line that runs a case again: its id, and whatever else made it what it was.
  void describe_cases() {
    for (Case& planned : record_.plan.cases) {
      if (planned.mode == kSweepMode) continue;  // it has its own
      const uint64_t first_seed = planned.seed - static_cast<uint64_t>(planned.repeat - 1);
      std::string words;
      if (first_seed != 1 && options_.ids_are_enough) words += fmt::format(" --seed {}", first_seed);
      if (options_.denied.namespaces) words += " --without namespaces";
      if (options_.denied.ptrace) words += " --without ptrace";
      if (!options_.ids_are_enough) {
        planned.replay = fmt::format("harness replay {} --case '{}'{}", shell_quoted(record_.directory),
                                     planned.id, words);
      } else if (!words.empty()) {
        planned.replay = fmt::format("harness replay '{}'{}", planned.id, words);
      }
    }
  }

  std::vector<std::string> targets() const {
    std::vector<std::string> ids;
    for (const Case& planned : record_.plan.cases) {
      if (std::count(ids.begin(), ids.end(), planned.target) == 0) ids.push_back(planned.target);
    }
    return ids;
  }

  // Before anything is begun: a run that lacks one of its targets is not the run that was asked for.
  Status check_targets() const {
    for (const std::string& id : targets()) {
      const Target* target = Targets::instance().find(id);
      if (target == nullptr) return usage_error("this harness has no target " + id);
      if (Status status = target->availability(); !status) return Error(status.error()).in("target " + id);
    }
    return done();
  }

  Status run_targets(RunWriter& writer, Interrupt& interrupt) {
    Progress progress(record_.plan.cases.size());
    for (const std::string& id : targets()) {
      if (interrupt.signal() != 0) return done();
      TRY(run_target(id, writer, interrupt, progress));
    }
    return done();
  }

  Status run_target(const std::string& id, RunWriter& writer, Interrupt& interrupt, Progress& progress) {
    const Target* target = Targets::instance().find(id);
    DispatchOrder order = order_for(*target, interrupt);
    TRY(unfold_sweeps(record_.plan, order));
    if (interrupt.signal() != 0) return done();
    describe_cases();
    if (!has_own_cases(id)) return done();  // all of it falls to other shards
    std::vector<LitmusCount> litmus;
    order.on_hello = [&](const nlohmann::json& hello, const nlohmann::json& counts) {
      expect_mended(id, hello.value("mended", std::vector<std::string>()));
      litmus = counts.get<std::vector<LitmusCount>>();
    };
    DispatchOutcome outcome;
    for (size_t first = 0; first < record_.plan.cases.size() && interrupt.signal() == 0;) {
      const size_t end = record_.plan.cases.size();
      TRY(run_round(order, first, end, writer, interrupt, progress, outcome));
      if (interrupt.signal() == 0) grow(first, end);
      first = end;
      if (first < record_.plan.cases.size()) {
        describe_cases();
        TRY(writer.write_plan(record_.info, record_.plan));
      }
    }
    leave_out(outcome.left_out, id);
    if (!outcome.facts.empty()) {
      outcome.facts["guests"] = outcome.workers;
      outcome.facts["run_again"] = outcome.run_again;
    }
    std::vector<std::string> limits = target->cannot_show();
    const std::string unseen = target->has_threads() ? unseen_in_processes(record_.plan.cases, id) : "";
    if (!unseen.empty()) limits.push_back(unseen);
    if (target->explores_models()) litmus.clear();  // the order of memory is the model's there
    for (std::string& limit : limits_from(litmus, target->instruments_accesses()))
      limits.push_back(std::move(limit));
    record_.info.targets.push_back({.id = id,
                                    .shows = target->shows(),
                                    .cannot_show = std::move(limits),
                                    .lost = outcome.lost,
                                    .facts = outcome.facts});
    return done();
  }

  // In the plan's order, whichever case ended first, so that the same cases follow each time.
  void grow(size_t first, size_t end) {
    std::vector<Case> grown;
    for (size_t i = first; i < end; ++i) {
      const Case& planned = record_.plan.cases[i];
      const auto met = met_.find(planned.id);
      if (met == met_.end()) continue;
      for (Case& next : options_.grow(planned, met->second)) grown.push_back(std::move(next));
    }
    met_.clear();
    for (Case& next : grown) record_.plan.cases.push_back(std::move(next));
  }

  // The cases of the order's target from `first` on, up to `end`.
  Status run_round(DispatchOrder& order, size_t first, size_t end, RunWriter& writer, Interrupt& interrupt,
                   Progress& progress, DispatchOutcome& all) {
    const Target& target = *order.target;
    order.cases.clear();
    progress.expect(end);
    for (size_t i = first; i < end; ++i) {
      const Case& planned = record_.plan.cases[i];
      if (planned.target != target.id() || !is_own(planned)) continue;
      if (const auto known = options_.known.find(planned.id); known != options_.known.end()) {
        TRY(take({.plan = &planned, .history = known->second}, writer, progress));
      } else {
        order.cases.push_back(&planned);
      }
    }
    if (order.cases.empty()) return done();
    progress.show(*order.cases.front(), record_.results.size());
    std::vector<Delivered> doubted;
    ASSIGN_OR_RETURN(DispatchOutcome outcome, dispatch(order, [&](Delivered delivered) {
                       if (is_doubtful(delivered, target)) {
                         doubted.push_back(std::move(delivered));
                         return done();
                       }
                       return take(std::move(delivered), writer, progress);
                     }));
    for (Delivered& delivered : doubted) {
      ask_elsewhere(delivered, target, interrupt);
      TRY(take(std::move(delivered), writer, progress));
    }
    all.lost = std::move(outcome.lost);
    if (!outcome.facts.empty()) all.facts = std::move(outcome.facts);
    for (const auto& [planned, reason] : outcome.left_out) {
      cut_.push_back(*planned);
      all.left_out[&cut_.back()] = reason;
    }
    all.workers += outcome.workers;
    all.run_again += outcome.run_again;
    return done();
  }

  // Cases that cannot run on a target are no part of the run; that they are missing is said by name.
  void leave_out(const std::map<const Case*, std::string>& cases, const std::string& target) {
    std::vector<std::string>& notes = record_.plan.notes;
    std::set<std::string> ids;
    for (const auto& [planned, reason] : cases) {
      ids.insert(planned->id);
      const std::string note = planned->scenario + " on " + target + ": skipped: " + reason;
      if (std::count(notes.begin(), notes.end(), note) == 0) notes.push_back(note);
    }
    std::set<std::string> cut;
    for (const auto& [planned, reason] : cases) cut.insert(variant_id(*planned));
    if (record_.info.shard) {  // the whole may have been caught by a case of another shard
      std::vector<std::string>& known = record_.info.shard->cut;
      known.insert(known.end(), cut.begin(), cut.end());
      left_out_.insert(ids.begin(), ids.end());
      return;
    }
    std::erase_if(record_.plan.cases, [&](const Case& planned) { return ids.count(planned.id) != 0; });
    expect_nothing_of_cut(record_.plan, record_.results, {cut.begin(), cut.end()},
                          "not all of its cases can run here");
  }

  bool has_own_cases(const std::string& target) const {
    return std::any_of(record_.plan.cases.begin(), record_.plan.cases.end(),
                       [&](const Case& planned) { return planned.target == target && is_own(planned); });
  }

  bool is_own(const Case& planned) const {
    return !record_.info.shard || falls_to(*record_.info.shard, planned.id);
  }

  // What is left of the plan in a shard's record, and where it stands in the whole. Only now: what sweeps
  // come to is known when all targets have been asked.
  void keep_own_cases() {
    if (!record_.info.shard) return;
    std::vector<Case> own;
    for (size_t i = 0; i < record_.plan.cases.size(); ++i) {
      Case& planned = record_.plan.cases[i];
      if (!is_own(planned) || left_out_.count(planned.id) != 0) continue;
      own.push_back(std::move(planned));
      record_.info.shard->positions.push_back(static_cast<int>(i));
    }
    record_.plan.cases = std::move(own);
  }

  // A defect of the platform that this platform does not have: what shows it elsewhere must pass here.
  void expect_mended(const std::string& target, const std::vector<std::string>& mended) {
    for (Case& planned : record_.plan.cases) {
      Expectation& expected = planned.expected;
      const bool is_mended = planned.target == target && expected.outcome == Expectation::Outcome::platform &&
                             std::count(mended.begin(), mended.end(), expected.defect) != 0;
      if (!is_mended) continue;
      expected.outcome = Expectation::Outcome::pass;
      expected.because = expected.defect + " is mended in this kernel";
    }
  }

  DispatchOrder order_for(const Target& target, Interrupt& interrupt) const {
    return {.target = &target,
            .jobs = options_.jobs,
            .denied = options_.denied,
            .keep_away = paths_in_use(record_.plan),
            .interrupt = interrupt.descriptor()};
  }

  // A program that should be right failed, where the machine itself may be to blame.
  static bool is_doubtful(const Delivered& delivered, const Target& target) {
    const Case& planned = *delivered.plan;
    if (target.second_opinions().empty() || planned.mutant) return false;
    if (planned.expected.outcome != Expectation::Outcome::pass) return false;
    const CaseResult result = judge(planned, delivered.history);
    return std::any_of(result.findings.begin(), result.findings.end(), [](const Finding& finding) {
      return finding.verdict == Verdict::fail && finding.whose == Whose::program;
    });
  }

  // Writes down what the case comes to on the other targets, as far as they can be asked. The first that
  // fails as well settles it.
  void ask_elsewhere(Delivered& delivered, const Target& target, Interrupt& interrupt) const {
    for (const std::string& id : target.second_opinions()) {
      const auto opinion = opinion_of(id, *delivered.plan, target, interrupt);
      const Event note =
          opinion
              ? note_of(*opinion)
              : Event{.kind = EventKind::note,
                      .data = {{"text", "target " + id + " could not be asked: " + opinion.error().message}}};
      History& history = delivered.history;
      history.push_back(note);
      history.back().index = static_cast<int>(history.size()) - 1;
      history.back().time_ns = history[history.size() - 2].time_ns;
      if (opinion && opinion->failed > 0) return;
    }
  }

  Result<SecondOpinion> opinion_of(const std::string& id, const Case& planned, const Target& doubted,
                                   Interrupt& interrupt) const {
    const Target* target = Targets::instance().find(id);
    CHECK(target != nullptr) << id;
    TRY(target->availability());
    Case one = planned;
    if (target->build() != doubted.build() || target->architecture() != doubted.architecture()) {
      if (!options_.elsewhere) return usage_error("its own build of the program is not known");
      ASSIGN_OR_RETURN(one, options_.elsewhere(planned, id));
    }
    DispatchOrder order = order_for(*target, interrupt);
    order.jobs = 1;
    order.cases.assign(kSecondOpinionRuns, &one);
    SecondOpinion opinion{.target = id};
    ASSIGN_OR_RETURN(const DispatchOutcome outcome, dispatch(order, [&](const Delivered& again) {
                       const Verdict verdict = judge(one, again.history).verdict;
                       opinion.runs += verdict != Verdict::inconclusive ? 1 : 0;
                       opinion.failed += verdict == Verdict::fail ? 1 : 0;
                       return done();
                     }));
    return opinion;
  }

  Status take(Delivered delivered, RunWriter& writer, Progress& progress) {
    const Case& planned = *delivered.plan;
    TRY(writer.append(planned.id, delivered.history));
    CaseResult result = judge(planned, delivered.history);
    if (delivered.duration_ns > 0) result.duration_ns = delivered.duration_ns;
    if (options_.grow) met_[planned.id] = met_in(delivered.history);
    if (options_.on_history) options_.on_history(planned, delivered.history);
    const bool is_whole = options_.quiet || kept_.is_whole(result, delivered.history.size());
    record_.histories[planned.id] =
        is_whole ? std::move(delivered.history) : KeptEvents::of(delivered.history);
    record_.results.push_back(std::move(result));
    progress.show(planned, record_.results.size());
    return done();
  }

  Status write_reports(const fs::path& folder) const {
    for (const ReportFormat* format : ReportFormats::instance().all()) {
      if (!format->is_in_every_run_folder()) continue;
      TRY(write_whole_file((folder / format->file_name()).string(), format->render(record_)));
    }
    return done();
  }

  Result<Executed> tell(Interrupt& interrupt) {
    if (record_.info.shard) return tell_shard(interrupt);
    const RunOutcome outcome = outcome_of(record_.plan, record_.results);
    if (options_.quiet) {
      // The caller has its own words.
    } else if (options_.json) {
      std::fputs(ReportFormats::instance().find("json")->render(record_).c_str(), stdout);
    } else {
      std::fputs(terminal_summary(record_, outcome, style_of(stdout)).c_str(), stdout);
    }
    std::fflush(stdout);
    const int judged = outcome.exit_status == kAsExpected ? concluded_ : outcome.exit_status;
    const int status = interrupt.signal() != 0 ? 128 + interrupt.signal() : judged;
    return Executed{.record = std::move(record_), .exit_status = status};
  }

  // A shard is judged case by case: whether a mutant is caught, only the whole can tell.
  Result<Executed> tell_shard(Interrupt& interrupt) {
    fmt::print("{}", shard_summary(record_));
    std::fflush(stdout);
    const int status = interrupt.signal() != 0 ? 128 + interrupt.signal() : shard_status(record_.results);
    return Executed{.record = std::move(record_), .exit_status = status};
  }

  const ExecuteOptions& options_;
  RunRecord record_;
  std::set<std::string> left_out_;  // ids, while a shard's plan still has them
  KeptEvents kept_;
  std::deque<Case> cut_;                // cases that could not run; the plan may grow, and move
  std::map<std::string, History> met_;  // of the round that is under way, by case id
  int concluded_ = kAsExpected;
};

}  // namespace

Result<Executed> execute(Plan plan, const ExecuteOptions& options) {
  for (Case& one : plan.cases) {
    const bool is_asked_for = std::count(one.watches.begin(), one.watches.end(), kEveryCall) != 0;
    if (options.every_call && !is_asked_for) one.watches.emplace_back(kEveryCall);
  }
  return Execution(std::move(plan), options).run();
}

Result<Denied> denied_from(const std::vector<std::string>& names) {
  Denied denied;
  for (const std::string& name : names) {
    if (name == "namespaces") {
      denied.namespaces = true;
    } else if (name == "ptrace") {
      denied.ptrace = true;
    } else {
      return usage_error(not_found("ability", name, {"namespaces", "ptrace"}));
    }
  }
  return denied;
}

}  // namespace harness
