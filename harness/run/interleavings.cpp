#include "run/interleavings.h"

#include <algorithm>
#include <random>

#include "run/exploration.h"

namespace harness {
namespace {

constexpr int kMostChanges = 3;

// The same on every machine, which std::uniform_int_distribution does not promise.
int drawn(std::mt19937_64& source, int first, int last) {
  return first + static_cast<int>(source() % static_cast<uint64_t>(last - first + 1));
}

}  // namespace

std::string id_without_schedule(const std::string& id) { return id.substr(0, schedule_at(id)); }

Case with_schedule(const Case& one, const Schedule& schedule) {
  Case next = one;
  next.schedule = schedule;
  next.id = id_without_schedule(one.id) + to_string(schedule);
  return next;
}

std::optional<Case> scheduled_case(const Case& planned, const std::string& id) {
  const size_t at = schedule_at(id);
  const auto schedule = at == std::string::npos ? std::nullopt : parse_schedule(id.substr(at));
  if (!schedule) return std::nullopt;
  const auto is_of_case = [&](const std::string& task) {
    const std::string instance = task.substr(0, task.find('+'));
    return std::any_of(planned.roles.begin(), planned.roles.end(),
                       [&](const RoleInstance& role) { return role.name == instance; });
  };
  if (!std::all_of(schedule->order.begin(), schedule->order.end(), is_of_case)) return std::nullopt;
  for (const bool keeps_faults : {false, true}) {
    const Case one = Interleavings({.keeps_faults = keeps_faults}).recording(planned);
    if (id_without_schedule(one.id) == id.substr(0, at)) return with_schedule(one, *schedule);
  }
  return std::nullopt;
}

Schedule drawn_schedule(const std::vector<std::string>& tasks, int turns, uint64_t seed, int nth) {
  std::seed_seq words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                      static_cast<uint32_t>(nth)};
  std::mt19937_64 source(words);
  Schedule schedule{.order = tasks};
  for (size_t i = tasks.size(); i > 1; --i)
    std::swap(schedule.order[i - 1],
              schedule.order[static_cast<size_t>(drawn(source, 0, static_cast<int>(i) - 1))]);
  std::set<int> changes;
  const int wanted = drawn(source, 0, kMostChanges);
  for (int i = 0; i < wanted && turns > 0; ++i) changes.insert(drawn(source, 1, turns));
  schedule.changes.assign(changes.begin(), changes.end());
  return schedule;
}

Case Interleavings::recording(const Case& planned) const {
  Case one = planned;
  if (!options_.keeps_faults) one.faults.clear();
  one.repeat = 1;
  one.explored.clear();
  for (const RoleInstance& role : planned.roles) one.explored.push_back(role.name);
  if (one.expected.outcome != Expectation::Outcome::pass) {
    one.expected.outcome = Expectation::Outcome::not_shown;
    one.expected.checker.clear();
    one.expected.because = "an order of its steps alone may not bring it out";
  }
  one.id = explored_id(one, one.faults);
  return with_schedule(one, {});
}

std::vector<Case> Interleavings::next(const Case& one, const History& history) {
  if (!one.schedule || *one.schedule != Schedule{}) return {};
  const auto told = std::find_if(history.begin(), history.end(),
                                 [](const Event& event) { return event.kind == EventKind::turns; });
  if (told == history.end()) return {};
  const int turns = told->data.at("turns");
  const auto tasks = told->data.at("tasks").get<std::vector<std::string>>();
  turns_[one.id] = turns;
  std::vector<Case> cases;
  std::set<std::string> known = {one.id};
  // Where there are few to be had, the draws come to what is known again and again.
  for (int nth = 1; nth < 4 * options_.schedules && static_cast<int>(cases.size()) + 1 < options_.schedules;
       ++nth) {
    Case next = with_schedule(one, drawn_schedule(tasks, turns, options_.seed, nth));
    if (known.insert(next.id).second) cases.push_back(std::move(next));
  }
  return cases;
}

nlohmann::json Interleavings::coverage(const Plan& plan, const std::vector<CaseResult>& results) const {
  std::map<std::string, const CaseResult*> by_id;
  for (const CaseResult& result : results) by_id[result.id] = &result;
  nlohmann::json schedules = nlohmann::json::array();
  std::map<std::string, size_t> places;
  for (const Case& one : plan.cases) {
    const std::string base = id_without_schedule(one.id);
    const auto [place, is_new] = places.try_emplace(base, schedules.size());
    if (is_new) {
      const auto turns = turns_.find(with_schedule(one, {}).id);
      schedules.push_back({{"case", base},
                           {"turns", turns == turns_.end() ? 0 : turns->second},
                           {"planned", 0},
                           {"run", 0},
                           {"failed", 0},
                           {"inconclusive", 0},
                           {"first_failed", ""}});
    }
    nlohmann::json& told = schedules[place->second];
    const auto result = by_id.find(one.id);
    told["planned"] = told["planned"].get<int>() + 1;
    if (result == by_id.end()) continue;
    told["run"] = told["run"].get<int>() + 1;
    if (result->second->verdict == Verdict::pass) continue;
    const bool has_failed = result->second->verdict == Verdict::fail;
    if (has_failed && told["failed"] == 0) told["first_failed"] = one.id;
    const char* const which = has_failed ? "failed" : "inconclusive";
    told[which] = told[which].get<int>() + 1;
  }
  return {{"every", "schedule"}, {"seed", options_.seed}, {"schedules", std::move(schedules)}};
}

}  // namespace harness
