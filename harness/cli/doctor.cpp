// harness doctor: what this machine can inject, what not, and why.
#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "os/abilities.h"
#include "target/target.h"

namespace harness {
namespace {

class DoctorCommand : public Command {
 public:
  std::string_view id() const override { return "doctor"; }
  std::string_view summary() const override { return "what this machine can inject, what not, and why"; }
  void add_options(CLI::App& app) override { app.add_flag("--json", json_, "as JSON"); }

  Result<int> run() override {
    const std::vector<Ability> abilities = probe_abilities();
    if (json_) {
      print_json(abilities);
    } else {
      print_text(abilities);
    }
    return kAsExpected;
  }

 private:
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
};

const CommandRegistration registration{std::make_unique<DoctorCommand>()};

}  // namespace
}  // namespace harness
