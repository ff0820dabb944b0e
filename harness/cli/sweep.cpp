// harness sweep: the death of a program at every instruction of a region, and what a survivor finds each
// time.
#include "sweep/sweep.h"

#include <fmt/format.h>
#include <sched.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "os/files.h"
#include "os/program.h"
#include "os/sandbox.h"
#include "run/catalogue.h"

namespace harness {
namespace {

// In a new process namespace ids are small numbers, that stand everywhere in memory: a high one is told from
// them.
void begin_with_high_ids() {
  constexpr const char* kFirst = "20000";
  [[maybe_unused]] const Status raised = write_existing("/proc/sys/kernel/ns_last_pid", kFirst);
}

// The tracer and what it traces run on one processor: a stop there costs a tenth of what it costs across two.
void stay_on_one_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &one);
  ::sched_setaffinity(0, sizeof one, &one);
}

double per_second(uint64_t count, int64_t ns) {
  return ns > 0 ? static_cast<double>(count) * 1e9 / static_cast<double>(ns) : 0;
}

std::string_view kind_of(const Lock& lock) {
  return lock.kind == Lock::Kind::mutex ? "pthread_mutex_t" : "futex word with a robust list";
}

nlohmann::json to_json(const SweepReport& report) {
  nlohmann::json told = {
      {"schema", "harness-sweep/1"},
      {"verdict", to_string(report.verdict)},
      {"reasons", report.reasons},
      {"instructions", report.instructions},
      {"states", report.states},
      {"distinct", report.distinct},
      {"merged", report.states - report.distinct},
      {"no_stand_ins", report.no_stand_ins},
      {"no_lodgers", report.no_lodgers},
      {"recording", report.stepped.empty() ? "breakpoints" : "steps: " + report.stepped},
      {"deaths",
       {{"stand_ins", report.stand_ins}, {"true_kills", report.true_kills}, {"lodgers", report.lodgers}}},
      {"states_per_second", per_second(report.swept, report.stand_in_ns)},
      {"true_kills_per_second", per_second(report.true_kills, report.true_kill_ns)},
      {"locks", nlohmann::json::array()},
      {"outcomes", nlohmann::json::object()},
      {"windows", nlohmann::json::array()},
      {"differences", nlohmann::json::array()}};
  for (const SweptLock& one : report.locks)
    told["locks"].push_back({{"kind", kind_of(one.lock)}, {"where", one.where}});
  for (int i = 0; i < kOutcomes; ++i) {
    const auto at = static_cast<size_t>(i);
    told["outcomes"][std::string(to_string(static_cast<Outcome>(i)))] = {
        {"states", report.states_by_outcome[at]}, {"distinct", report.distinct_by_outcome[at]}};
  }
  for (const Window& one : report.windows) {
    told["windows"].push_back(
        {{"first", one.first}, {"last", one.last}, {"outcome", to_string(one.outcome)}, {"code", one.code}});
  }
  for (const Disagreement& one : report.differences)
    told["differences"].push_back({{"state", one.state}, {"what", one.what}});
  return told;
}

void print(const std::string& program, const Region& region, const SweepReport& report) {
  fmt::print("{}  {}  {}: {} instructions, {} states, {} distinct, {} merged\n", to_string(report.verdict),
             program, to_string(region), report.instructions, report.states, report.distinct,
             report.states - report.distinct);
  for (const SweptLock& one : report.locks)
    fmt::print("  lock        {}: {}\n", one.where, kind_of(one.lock));
  for (int i = 0; i < kOutcomes; ++i) {
    const auto at = static_cast<size_t>(i);
    if (report.states_by_outcome[at] == 0) continue;
    fmt::print("  {:<11} {:>7} states, {:>5} distinct\n", to_string(static_cast<Outcome>(i)),
               report.states_by_outcome[at], report.distinct_by_outcome[at]);
  }
  for (const Window& one : report.windows)
    fmt::print("    {:>6}..{:<6} {:<11} {}\n", one.first, one.last, to_string(one.outcome), one.code);
  if (report.no_stand_ins.empty()) {
    fmt::print("  stand-ins   {} deaths, {:.0f} states a second\n", report.stand_ins,
               per_second(report.swept, report.stand_in_ns));
  }
  for (const std::string& why : report.no_stand_ins) fmt::print("  stand-ins   none: {}\n", why);
  if (report.true_kills > 0) {
    const std::string lodgers =
        report.lodgers > 0 ? fmt::format(", {} of them as lodgers", report.lodgers) : "";
    fmt::print("  true kills  {} deaths{}, {:.0f} a second{}\n", report.true_kills, lodgers,
               per_second(report.true_kills, report.true_kill_ns),
               report.no_stand_ins.empty() && report.differences.empty() ? "; all as the stand-ins" : "");
  }
  if (!report.no_lodgers.empty()) fmt::print("  lodgers     none: {}\n", report.no_lodgers);
  for (const Disagreement& one : report.differences)
    fmt::print("  differs     state {}: {}\n", one.state, one.what);
  for (const std::string& reason : report.reasons) fmt::print("  because     {}\n", reason);
}

int exit_status_of(Verdict verdict) {
  return verdict == Verdict::pass ? kAsExpected : verdict == Verdict::fail ? kSurprise : kInconclusive;
}

class SweepCommand : public Command {
 public:
  std::string_view id() const override { return "sweep"; }
  std::string_view summary() const override {
    return "the death of a program at every instruction of a region, and what a survivor finds each time";
  }
  void add_options(CLI::App& app) override {
    app.add_option("program", program_, "a program's file, or SUBJECT/VARIANT; its arguments stand after --")
        ->required();
    app.add_option("--region", region_, "FROM..TO, each a function or probe:NAME: from an entry to a return");
    app.add_option("--arrival", arrival_, "at which passing of FROM it begins")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--repeat", repeats_, "sweep so many times")->check(CLI::Range(1, 10'000'000));
    app.add_flag("--every-state", every_state_, "a death in each state, also in those that are the same");
    app.add_flag("--no-stand-ins", no_stand_ins_, "true kills alone");
    app.add_flag("--step", step_,
                 "record step by step, as a tracer does, and not by breakpoints in the program");
    app.add_flag("--no-kills", no_kills_, "stand-ins alone");
    app.add_flag("--json", json_, "as JSON");
  }

  Result<int> run() override {
    ASSIGN_OR_RETURN(const Region region, parse_region(region_));
    ASSIGN_OR_RETURN(const std::string file, find_file());
    const std::string directory = std::filesystem::current_path().string();
    ASSIGN_OR_RETURN(const Sandbox sandbox, enter_sandbox({}, {file, directory}));
    if (!sandbox.has_pid)
      return unavailable("a sweep needs namespaces of its own, so that nothing is left of it: " +
                         sandbox.lost.front());
    begin_with_high_ids();
    stay_on_one_processor();
    SweepOrder order{.origin = {.program = file,
                                .command = {file},
                                .directory = directory,
                                .output = sandbox.scratch + "/output",
                                .region = region,
                                .arrival = arrival_},
                     .merge = !every_state_,
                     .stand_ins = !no_stand_ins_,
                     .fast_recording = !step_,
                     .true_kills = !no_kills_,
                     .repeats = repeats_};
    const auto& arguments = own_arguments();
    order.origin.command.insert(order.origin.command.end(), arguments.begin(), arguments.end());
    ASSIGN_OR_RETURN(const SweepReport report, sweep(order));
    if (json_) {
      fmt::print("{}\n", to_json(report).dump(2));
    } else {
      print(program_, region, report);
    }
    std::fflush(stdout);
    return exit_status_of(report.verdict);
  }

 private:
  // SUBJECT/VARIANT where there is no file of that name.
  Result<std::string> find_file() const {
    const size_t slash = program_.find('/');
    if (slash == std::string::npos || exists(program_)) {
      ASSIGN_OR_RETURN(const std::string found, find_program(program_, ""));
      return std::filesystem::absolute(found).string();
    }
    const auto variants = Catalogue::find().variants(program_.substr(0, slash));
    if (variants) {
      for (const Variant& variant : *variants) {
        if (variant.name == program_.substr(slash + 1)) return variant.program;
      }
    }
    return usage_error("program " + program_ +
                       " is neither a file nor SUBJECT/VARIANT of a subject that is built");
  }

  std::string program_;
  std::string region_ = "pthread_mutex_lock..pthread_mutex_unlock";
  int arrival_ = 1;
  int repeats_ = 1;
  bool every_state_ = false;
  bool no_stand_ins_ = false;
  bool step_ = false;
  bool no_kills_ = false;
  bool json_ = false;
};

const CommandRegistration registration{std::make_unique<SweepCommand>()};

}  // namespace
}  // namespace harness
