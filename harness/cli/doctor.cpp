// harness doctor: what this machine can inject, what not, and why.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "base/suggest.h"
#include "cli/command.h"
#include "os/abilities.h"
#include "os/eintr_trials.h"
#include "run/fiu_preload.h"
#include "run/litmus.h"
#include "run/protocol.h"
#include "target/target.h"

namespace harness {
namespace {

class DoctorCommand : public Command {
 public:
  std::string_view id() const override { return "doctor"; }
  std::string_view summary() const override { return "what this machine can inject, what not, and why"; }
  void add_options(CLI::App& app) override {
    app.add_flag("--json", json_, "as JSON");
    CLI::Option* litmus =
        app.add_flag("--litmus", litmus_, "what weak memory order each target shows, by trying");
    app.add_option("--rounds", rounds_,
                   "of each litmus test, at most, and half a minute for each (default: the few of a run)")
        ->check(CLI::Range(int64_t{1}, int64_t{1'000'000'000}))
        ->needs(litmus);
    app.add_option("--target", targets_, "whose memory order (default: of all)")
        ->allow_extra_args(false)
        ->delimiter(',')
        ->needs(litmus);
    app.add_flag("--eintr", eintr_, "what a handled signal does to each blocking call here, by trying");
  }

  Result<int> run() override {
    if (litmus_) return run_litmus_on_chosen();
    if (eintr_) return tell_of_eintr();
    std::vector<Ability> abilities = probe_abilities();
    const auto posix_points = posix_preload_library();
    abilities.push_back({"libfiu-posix", posix_points.ok(),
                         posix_points ? *posix_points : posix_points.error().message,
                         "no points probe:posix/io/…: use system call points"});
    if (json_) {
      print_json(abilities);
    } else {
      print_text(abilities);
    }
    return kAsExpected;
  }

 private:
  // Three words for what is seen: with SA_RESTART, without it, and against the manual.
  Result<int> tell_of_eintr() const {
    const std::vector<EintrTrial> trials = try_eintr();
    if (json_) {
      fmt::print("{}\n", eintr_json(trials).dump(2));
      return kAsExpected;
    }
    fmt::print("{:<24} {:<30} {:<24} {}\n", "call", "on", "a handled signal", "manual");
    for (const EintrTrial& trial : trials) {
      const std::string manual =
          !trial.measured ? ""
          : trial.is_as_the_manual_says()
              ? "as " + trial.row.source
              : fmt::format("differs: {}, {}", trial.row.source, to_string(trial.row.manual));
      fmt::print("{:<24} {:<30} {:<24} {}\n", trial.row.call, trial.row.on,
                 trial.measured ? std::string(to_string(*trial.measured)) : "not measured: " + trial.obstacle,
                 manual);
    }
    return kAsExpected;
  }

  static nlohmann::json eintr_json(const std::vector<EintrTrial>& trials) {
    nlohmann::json json = {{"schema", "harness-eintr/1"}, {"calls", nlohmann::json::array()}};
    for (const EintrTrial& trial : trials) {
      nlohmann::json row = {{"id", trial.row.id},
                            {"call", trial.row.call},
                            {"on", trial.row.on},
                            {"manual", to_string(trial.row.manual)},
                            {"source", trial.row.source}};
      if (trial.measured) {
        row["measured"] = to_string(*trial.measured);
        row["as_manual"] = trial.is_as_the_manual_says();
      } else {
        row["obstacle"] = trial.obstacle;
      }
      json["calls"].push_back(std::move(row));
    }
    return json;
  }

  Result<std::vector<const Target*>> chosen_targets() const {
    const std::vector<const Target*> all = Targets::instance().all();
    if (targets_.empty()) return all;
    std::vector<std::string> names;
    for (const Target* target : all) names.emplace_back(target->id());
    std::vector<const Target*> chosen;
    for (const std::string& id : targets_) {
      chosen.push_back(Targets::instance().find(id));
      if (chosen.back() == nullptr) return usage_error(not_found("target", id, names));
    }
    return chosen;
  }

  Result<int> run_litmus_on_chosen() const {
    nlohmann::json json = nlohmann::json::object();
    ASSIGN_OR_RETURN(const std::vector<const Target*> chosen, chosen_targets());
    for (const Target* target : chosen) {
      if (!json_ && target->explores_models()) {
        fmt::print(
            "{:<13} runs nothing here: it goes through every outcome of C++ memory but load buffering\n",
            target->id());
        continue;
      }
      auto counts = litmus_on(*target);
      if (json_) {
        const std::string id(target->id());
        if (counts) json[id] = *counts;
        if (!counts) json[id] = {{"error", counts.error().message}};
      } else if (!counts) {
        fmt::print("{:<13} {}\n", target->id(), counts.error().message);
      } else {
        print_counts(*target, *counts);
      }
    }
    if (json_) fmt::print("{}\n", json.dump(2));
    return kAsExpected;
  }

  // A worker says it in its hello.
  Result<std::vector<LitmusCount>> litmus_on(const Target& target) const {
    TRY(target.availability());
    ASSIGN_OR_RETURN(const std::unique_ptr<WorkerLink> link, target.open_worker({.litmus_rounds = rounds_}));
    LineReader reader(link->stream(), link->take_unread());
    for (;;) {
      if (const auto line = reader.next()) {
        const auto message = nlohmann::json::parse(*line);
        if (!message.contains("hello")) continue;
        link->on_message(message);
        link->end();
        return link->litmus().get<std::vector<LitmusCount>>();
      }
      if (!reader.fill()) return internal_error("its worker ended: " + link->end());
    }
  }

  static void print_counts(const Target& target, const std::vector<LitmusCount>& counts) {
    if (counts.empty()) fmt::print("{:<13} has one CPU only: nothing to see\n", target.id());
    for (const LitmusCount& count : counts) {
      fmt::print("{:<13} {:<19} {:>6} of {} rounds  {}\n", target.id(), count.name, count.weak, count.rounds,
                 count.is_allowed ? "allowed" : "forbidden by C++");
    }
    for (const std::string& limit : limits_from(counts, target.instruments_accesses()))
      fmt::print("{:<13}   {}\n", "", limit);
  }

  static void print_json(const std::vector<Ability>& abilities) {
    nlohmann::json json = {{"schema", "harness-doctor/1"}, {"abilities", nlohmann::json::array()}};
    for (const Ability& ability : abilities) {
      json["abilities"].push_back({{"id", ability.id},
                                   {"available", ability.is_there},
                                   {"detail", ability.detail},
                                   {"lost", ability.is_there ? "" : ability.lost}});
    }
    json["targets"] = nlohmann::json::array();
    for (const Target* target : Targets::instance().all()) {
      const Status status = target->availability();
      json["targets"].push_back({{"id", target->id()},
                                 {"available", status.ok()},
                                 {"detail", status ? "" : status.error().message}});
    }
    fmt::print("{}\n", json.dump(2));
  }

  static void print_text(const std::vector<Ability>& abilities) {
    for (const Ability& ability : abilities) {
      fmt::print("{:<18} {:<4} {}\n", ability.id, ability.is_there ? "yes" : "no", ability.detail);
      if (!ability.is_there) fmt::print("{:<18}      lost: {}\n", "", ability.lost);
    }
    for (const Target* target : Targets::instance().all()) {
      const Status status = target->availability();
      fmt::print("target {:<11} {:<4} {}\n", target->id(), status ? "yes" : "no",
                 status ? std::string(target->summary()) : status.error().message);
    }
  }

  bool json_ = false;
  bool litmus_ = false;
  bool eintr_ = false;
  int64_t rounds_ = 0;
  std::vector<std::string> targets_;
};

const CommandRegistration registration{std::make_unique<DoctorCommand>()};

}  // namespace
}  // namespace harness
