#include "run/shrinking.h"

#include <algorithm>

#include "run/interleavings.h"

namespace harness {
namespace {

// With these faults in place of its own; its id ends with them.
Case case_with(const Case& one, std::vector<Fault> faults) {
  Case smaller = one;
  const std::string own = to_string(one.faults);
  const size_t at = one.id.rfind(own);
  smaller.faults = std::move(faults);
  smaller.id = (at == std::string::npos ? one.id + "/" : one.id.substr(0, at)) + to_string(smaller.faults);
  if (one.schedule) smaller.id += to_string(*one.schedule);
  smaller.repeat = 1;
  smaller.replay.clear();
  return smaller;
}

std::vector<Fault> simpler_faults(const Fault& fault) {
  std::vector<Fault> simpler;
  const auto add = [&](auto change) {
    Fault one = fault;
    change(one);
    if (one != fault) simpler.push_back(one);
  };
  add([](Fault& one) { one.arrival = std::min(one.arrival, 1); });
  add([](Fault& one) { one.arrival = one.arrival > 2 ? one.arrival / 2 : one.arrival; });
  add([](Fault& one) { one.onwards = false; });
  add([](Fault& one) {
    if (one.hold.until != Hold::Until::blocked) one.hold = {};  // asleep is what an interruption needs
  });
  return simpler;
}

// In the order of the roles with one change of turns, wherever, since another order takes other turns; in
// that order with these changes; without a change at all, or without one of them.
std::vector<Schedule> simpler_schedules(const Schedule& schedule) {
  std::vector<Schedule> simpler;
  const int last = schedule.changes.empty() ? 0 : schedule.changes.back();
  const bool is_simple = schedule.order.empty() && schedule.changes.size() <= 1;
  for (int turn = 1; turn <= last && !is_simple; ++turn) simpler.push_back({.changes = {turn}});
  if (!schedule.order.empty()) simpler.push_back({.changes = schedule.changes});
  if (schedule.changes.size() > 1) simpler.push_back({.order = schedule.order});
  for (size_t i = 0; i < schedule.changes.size(); ++i) {
    simpler.push_back(schedule);
    simpler.back().changes.erase(simpler.back().changes.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return simpler;
}

std::string first_failing(const CaseResult& result) {
  for (const Finding& finding : result.findings) {
    if (finding.verdict == Verdict::fail) return finding.checker;
  }
  return "";
}

}  // namespace

std::vector<Case> smaller_cases(const Case& one) {
  std::vector<Case> smaller;
  const auto add = [&](std::vector<Fault> faults) {
    Case next = case_with(one, std::move(faults));
    const bool is_known =
        std::any_of(smaller.begin(), smaller.end(), [&](const Case& other) { return other.id == next.id; });
    if (!is_known && next.id != one.id) smaller.push_back(std::move(next));
  };
  for (size_t i = 0; one.faults.size() > 1 && i < one.faults.size(); ++i) add({one.faults[i]});
  for (size_t i = 0; i < one.faults.size(); ++i) {
    std::vector<Fault> rest = one.faults;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    add(std::move(rest));
  }
  for (size_t i = 0; i < one.faults.size(); ++i) {
    for (const Fault& fault : simpler_faults(one.faults[i])) {
      std::vector<Fault> changed = one.faults;
      changed[i] = fault;
      add(std::move(changed));
    }
  }
  for (const Schedule& schedule : one.schedule ? simpler_schedules(*one.schedule) : std::vector<Schedule>()) {
    smaller.push_back(with_schedule(one, schedule));
    smaller.back().replay.clear();
  }
  return smaller;
}

bool fails_in_the_same_way(const CaseResult& result, const CaseResult& original) {
  const std::string wanted = first_failing(original);
  if (wanted.empty() || result.faults_fired < result.faults_planned) return false;
  return std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
    return finding.verdict == Verdict::fail && finding.checker == wanted;
  });
}

}  // namespace harness
