// exit_status: roles end as the scenario says: { exit_status: { broker: 0, client: SIGPIPE } }; without
// options, every role that no fault sent a signal, except to stop it, exits with 0.
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/sanitizer_end.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

constexpr int kLastExitCode = 255;

bool is_exit_code(const nlohmann::json& value) {
  return value.is_number_integer() && value.get<int64_t>() >= 0 && value.get<int64_t>() <= kLastExitCode;
}

bool is_signal(const nlohmann::json& value) {
  return value.is_string() && signal_number(value.get<std::string>()).has_value();
}

std::string status_words(const Event& ended) {
  if (ended.name == "signal") return "by " + signal_name(ended.data.value("signal", 0));
  return fmt::format("with exit status {}", ended.data.value("code", -1));
}

std::string status_words(const nlohmann::json& wanted) {
  return wanted.is_string() ? "by " + wanted.get<std::string>()
                            : fmt::format("with exit status {}", wanted.get<int>());
}

bool is_as_wanted(const Event& ended, const nlohmann::json& wanted) {
  if (wanted.is_string()) {
    return ended.name == "signal" &&
           ended.data.value("signal", 0) == signal_number(wanted.get<std::string>());
  }
  return ended.name == "exit" && ended.data.value("code", -1) == wanted.get<int>();
}

// One instance and how it is to end.
struct Wanted {
  std::string instance;
  nlohmann::json end;
};

class ExitStatus : public Checker {
 public:
  std::string_view id() const override { return "exit_status"; }
  std::string_view summary() const override {
    return "roles exit with the given status, or end by the given signal; without options, with 0, but "
           "for those that a fault ended or asked to end";
  }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null()) return done();
    if (!options.is_object())
      return usage_error("exit_status takes roles, as in { exit_status: { broker: 0 } }");
    for (const auto& [role, value] : options.items()) {
      if (is_exit_code(value) || is_signal(value)) continue;
      return usage_error(
          fmt::format("exit_status of {} is {}; write a number from 0 to {} or a signal such as SIGPIPE",
                      role, value.dump(), kLastExitCode));
    }
    return done();
  }

  std::vector<std::string> roles_in(const nlohmann::json& options) const override {
    std::vector<std::string> roles;
    for (const auto& [role, wanted] : options.items()) roles.push_back(role);
    return roles;
  }

  std::vector<Finding> check(const Case& plan, const History& history,
                             const nlohmann::json& options) const override {
    std::vector<Finding> findings;
    for (const Wanted& wanted : wanted_ends(plan, history, options, findings)) {
      judge(plan, history, wanted, findings);
    }
    return findings;
  }

 private:
  static std::vector<Wanted> wanted_ends(const Case& plan, const History& history,
                                         const nlohmann::json& options, std::vector<Finding>& findings) {
    std::vector<Wanted> result;
    if (options.empty()) {
      for (const RoleInstance& role : plan.roles) {
        const bool is_excused =
            was_ended_by_fault(history, role.name) || was_asked_to_end(history, role.name);
        if (!is_excused) result.push_back({role.name, 0});
      }
      return result;
    }
    for (const auto& [name, end] : options.items()) {
      const size_t before = result.size();
      for (const RoleInstance& role : plan.roles) {
        if (names_instance(name, role.name)) result.push_back({role.name, end});
      }
      if (result.size() == before) {
        findings.push_back(
            inconclusive(fmt::format("exit_status asks about {}, which this case does not have", name)));
      }
    }
    return result;
  }

  static void judge(const Case& plan, const History& history, const Wanted& wanted,
                    std::vector<Finding>& findings) {
    const Event* ended = end_of(history, wanted.instance);
    if (!ended || is_clean_up(history, *ended)) {
      findings.push_back(inconclusive(
          fmt::format("{} did not end by itself, so it has no exit status to judge", wanted.instance)));
      return;
    }
    // A number says how a role ends that lives to its end; only a signal's name can mean the fault's own
    // work.
    const bool is_planned_end = was_ended_by_fault(history, wanted.instance) && !wanted.end.is_string();
    if (is_planned_end || is_as_wanted(*ended, wanted.end)) return;
    if (was_ended_by_known_report(plan, history, *ended)) return;
    const std::string words = fmt::format("{} ended {}, and should end {}", wanted.instance,
                                          status_words(*ended), status_words(wanted.end));
    const std::vector<int> evidence = with_last_words(history, *ended);
    findings.push_back(has_sanitizer_broken_off(history, wanted.instance)
                           ? inconclusive(words + "; its sanitizer itself broke off", evidence)
                           : failure(words, evidence));
  }
};

const Registration<Checker> registration{std::make_unique<ExitStatus>()};

}  // namespace
}  // namespace harness
