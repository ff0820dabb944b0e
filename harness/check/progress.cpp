// progress: every role that no fault ended comes to an end by itself, and what it set out to do succeeds at
// last.  { progress: { may_fail: [send] } } for operations whose failure is the right answer to the faults of
// a scenario; may_crash: [sender] for roles whose end by a signal is not what it asks about; known_at: {
// sender: queue.open } for roles that nobody knows of before that probe: who waits for one that ended before
// it may be left waiting, since nothing could tell him.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "check/stuck.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

Finding judge_stuck(const History& history, const Stuck& stuck) {
  const auto defect = lost_wakeup(history, stuck);
  if (!defect) return failure(describe(stuck), evidence(stuck));
  Finding finding = failure(defect->message, defect->events);
  finding.whose = Whose::platform;
  finding.defect = defect->name;
  return finding;
}

bool names(const nlohmann::json& options, const char* option, const std::string& name) {
  const auto list = options.find(option);
  return list != options.end() && std::count(list->begin(), list->end(), name) != 0;
}

// How one instance ended that had nothing to fear from the faults. Who is stuck is told for all of them
// together.
void judge_end(const History& history, const std::string& instance, const nlohmann::json& options,
               bool is_stuck, Findings& findings) {
  const Event* ended = end_of(history, instance);
  if (ended && is_clean_up(history, *ended)) return;
  if (ended && ended->name == "signal" && !names(options, "may_crash", instance)) {
    findings.push_back(failure(fmt::format("{} ended by {}, which no fault of this case sent", instance,
                                           signal_name(ended->data.value("signal", 0))),
                               {ended->index}));
  }
  if (ended || is_stuck) return;
  const Event* started = start_of(history, instance);
  findings.push_back(started ? inconclusive("how " + instance + " ended was not recorded", {started->index})
                             : inconclusive(instance + " was never started"));
}

// The last known outcome of each operation on each object, by one instance, before the case was over.
std::vector<const Event*> last_outcomes(const History& history, const std::string& instance) {
  std::map<std::pair<std::string, int64_t>, const Event*> last;
  const int end = clean_up_begins(history);
  for (const Event& event : history) {
    const bool is_known = event.kind == EventKind::ok || event.kind == EventKind::fail;
    if (event.index < end && is_known && event.role == instance) last[{event.name, event.value(0)}] = &event;
  }
  std::vector<const Event*> outcomes;
  for (const auto& [operation, event] : last) outcomes.push_back(event);
  return outcomes;
}

void judge_outcomes(const History& history, const std::string& instance, const nlohmann::json& options,
                    Findings& findings) {
  if (operations_lost(history, instance)) return;
  for (const Event* outcome : last_outcomes(history, instance)) {
    if (outcome->kind != EventKind::fail || names(options, "may_fail", outcome->name)) continue;
    findings.push_back(failure(fmt::format("{} gave up: its last {} of {} failed with {}", instance,
                                           outcome->name, outcome->value(0), errno_name(outcome->value(1))),
                               {outcome->index}));
  }
}

// Whether somebody ended before anybody could know of him.
bool is_for_unknown(const Case& plan, const History& history, const nlohmann::json& options) {
  const auto known_at = options.find("known_at");
  if (known_at == options.end()) return false;
  for (const auto& [role, probe] : known_at->items()) {
    for (const RoleInstance& instance : plan.roles) {
      if (!names_instance(role, instance.name)) continue;
      const Event* ended = end_of(history, instance.name);
      if (!ended || is_clean_up(history, *ended)) continue;
      const bool was_known = std::any_of(history.begin(), history.end(), [&](const Event& event) {
        return event.kind == EventKind::reached && event.role == instance.name && event.name == probe;
      });
      if (!was_known) return true;
    }
  }
  return false;
}

class Progress : public Checker {
 public:
  std::string_view id() const override { return "progress"; }
  std::string_view summary() const override {
    return "every role that no fault ended comes to its end, and its operations succeed at last";
  }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    bool is_understood = options.is_object();
    for (const auto& [name, value] : options.items()) {
      const bool is_list = (name == "may_fail" || name == "may_crash") && is_list_of_names(value);
      is_understood = is_understood && (is_list || (name == "known_at" && value.is_object()));
    }
    if (is_understood) return done();
    return usage_error(
        "progress takes lists of operations and of roles, and the probes from which on roles are known, as "
        "in "
        "{ progress: { may_fail: [send], may_crash: [sender], known_at: { sender: queue.open } } }");
  }

  std::vector<std::string> roles_in(const nlohmann::json& options) const override {
    std::vector<std::string> roles = options.value("may_crash", std::vector<std::string>{});
    if (!options.contains("known_at")) return roles;
    for (const auto& [role, probe] : options.at("known_at").items()) roles.push_back(role);
    return roles;
  }

  Findings check(const Case& plan, const History& history, const nlohmann::json& options) const override {
    if (history.empty()) return {inconclusive("nothing was recorded")};
    Findings findings;
    const auto stuck = stuck_at(history);
    if (stuck && !is_for_unknown(plan, history, options)) findings.push_back(judge_stuck(history, *stuck));
    for (const RoleInstance& role : plan.roles) {
      if (was_ended_by_fault(history, role.name)) continue;
      judge_end(history, role.name, options, stuck.has_value(), findings);
      judge_outcomes(history, role.name, options, findings);
    }
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<Progress>()};

}  // namespace
}  // namespace harness
