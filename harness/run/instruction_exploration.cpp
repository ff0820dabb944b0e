#include "run/instruction_exploration.h"

#include <algorithm>
#include <numeric>

#include "run/exploration.h"
#include "run/supervisor.h"

namespace harness {
namespace {

std::string variant_of_case(const Case& one) { return one.scenario + "/" + one.target + "/" + one.variant; }

// Does nothing to a victim that runs: it is only held.
const Action kGoOn{"signal", "SIGCONT"};

// What is wanted of a survey, or what became of that.
Fault struck(const Case& one) { return struck_in_region(one).value_or(one.faults.back()); }

// What the cases of a window have in common: all but which instruction.
std::string words_of_series(const Case& one) {
  Fault any = struck(one);
  any.arrival = kEveryArrival;
  return to_string(any);
}

std::string place_of_fault(const Case& one) {
  const Fault fault = struck(one);
  return variant_of_case(one) + "/" + fault.victim + "@" + to_string(fault.at);
}

std::string series_of(const Case& one) { return variant_of_case(one) + "/" + words_of_series(one); }

// Probes that stand for a way to end, which nobody takes here.
constexpr std::string_view kWayToEnd = "end.";

// The event that says how long the region was, with the trail.
const Event* region_end(const Case& survey, const History& history) {
  const std::string point = to_string(struck(survey).at);
  const auto end = std::find_if(history.rbegin(), history.rend(), [&](const Event& event) {
    return event.kind == EventKind::arrived && event.name == point && event.data.contains("is_last");
  });
  return end == history.rend() ? nullptr : &*end;
}

// Where the others begin to be of interest: when the start has let them wait, else when the victim is in.
int begins_at(const Case& survey, const History& history) {
  const Fault wanted = struck(survey);
  for (const Event& event : history) {
    if (survey.faults.size() > 1 && event.kind == EventKind::resumed) return event.index;
    const bool is_in = event.kind == EventKind::reached && event.name == wanted.at.name &&
                       names_instance(wanted.victim, event.role);
    if (survey.faults.size() == 1 && is_in) return event.index;
  }
  return 0;
}

std::vector<Arrival> arrivals_of_others(const Case& survey, const History& history) {
  const Fault wanted = struck(survey);
  const int begin = begins_at(survey, history);
  std::vector<Arrival> arrivals;
  for (const Event& event : history) {
    if (event.kind != EventKind::reached || event.index < begin) continue;
    if (names_instance(wanted.victim, event.role) || event.name.starts_with(kWayToEnd)) continue;
    arrivals.push_back(
        {.role = event.role, .point = {.name = event.name}, .nth = event.data.value("nth", 1)});
  }
  return arrivals;
}

// From the return of each call up to where the thread tells something next: that is as far as it has seen
// nothing of what the others did meanwhile.
std::vector<bool> woken_at(const nlohmann::json& trail, int instructions) {
  std::vector<bool> woken(static_cast<size_t>(instructions), false);
  for (const int call : trail.value("calls", std::vector<int>())) {
    int end = instructions;
    for (const auto& told : trail.value("told", nlohmann::json::array())) {
      const int after = told.at(0);
      if (after >= call) end = std::min(end, after);
    }
    for (int i = call; i < end; ++i) woken[static_cast<size_t>(i)] = true;
  }
  return woken;
}

// How many instructions a victim that is the one who stands at the start takes to there: all of them where it
// does so behind the region.
int instructions_to(const Fault& start, const Event& end) {
  int passed = 0;
  for (const auto& told : end.data.value("told", nlohmann::json::array())) {
    if (told.at(1) == start.at.name && ++passed == start.arrival) return told.at(0);
  }
  const bool is_where_it_begins = end.name.starts_with("insn:" + start.at.name + "..");
  return is_where_it_begins ? 0 : end.data.at("nth").get<int>();
}

Case struck_at(const Case& survey, int instruction, bool is_started) {
  Case one = survey;
  if (!is_started) one.faults.erase(one.faults.begin());
  Fault& fault = one.faults.back();
  fault.arrival = instruction;
  return one;
}

// The same, but the victim is held at the instruction `at`, which is that one or comes before it.
Case held_at(const Case& struck, int at, const Hold& hold) {
  Case one = struck;
  if (one.faults.back().arrival == at) {
    one.faults.back().hold = hold;
    return one;
  }
  Fault held = one.faults.back();
  held.arrival = at;
  held.hold = hold;
  held.action = kGoOn;
  one.faults.insert(one.faults.end() - 1, held);
  return one;
}

// It is held until another role is somewhere, and that one stands there until all sleep.
Case held_until(const Case& struck, int at, const Arrival& other) {
  Case one = held_at(struck, at, {.until = Hold::Until::arrival, .arrival = other});
  one.faults.push_back({.victim = other.role,
                        .at = other.point,
                        .arrival = other.nth,
                        .action = {"stop", ""},
                        .resume = {.until = Hold::Until::settled}});
  return one;
}

// Every way in which the victim is killed at an instruction.
std::vector<Case> cases_at(const Case& survey, const RegionSurvey& seen, int instruction) {
  const bool is_started = instruction > seen.start_after || survey.faults.size() == 1;
  const Case now = struck_at(survey, instruction, is_started);
  const auto later = std::upper_bound(seen.returns.begin(), seen.returns.end(), instruction);
  if (later == seen.returns.begin()) return {now};
  const int returned = *(later - 1);
  std::vector<Case> cases = {held_at(now, returned, {.until = Hold::Until::settled})};
  if (!seen.has_woken[static_cast<size_t>(instruction - 1)]) return cases;
  for (const Arrival& other : seen.others) cases.push_back(held_until(now, returned, other));
  return cases;
}

// Why a case struck nobody: what the supervisor said when it let the victim go, or else the first finding.
std::string in_vain_because(const CaseResult& result, const History* history) {
  for (auto event = history == nullptr ? History::const_reverse_iterator() : history->rbegin();
       history != nullptr && event != history->rend(); ++event) {
    if (event->kind == EventKind::resumed && event->data.contains("in_vain")) return event->name;
  }
  return result.findings.empty() ? "" : result.findings.front().message;
}

// What came of the instructions of a series, in order; of one that was struck more than once the worst.
struct Series {
  std::string scenario, target, variant;
  std::string fault;
  struct Came {
    Verdict verdict = Verdict::pass;
    std::string by;  // the checker that failed it, or the platform's defect
    std::string id;
  };
  std::map<int, Came> came;
  int cases = 0;
  std::string reason;  // of the last that did not strike
  nlohmann::json missed = nlohmann::json::array();
};

std::string blamed(const CaseResult& result) {
  for (const Finding& finding : result.findings) {
    if (finding.verdict != result.verdict || result.verdict == Verdict::pass) continue;
    return finding.defect.empty() ? finding.checker : finding.defect;
  }
  return "";
}

nlohmann::json window_of(const Series& series, int instruction, const Series::Came& came) {
  return {{"scenario", series.scenario},
          {"target", series.target},
          {"variant", series.variant},
          {"fault", series.fault},
          {"first", instruction},
          {"last", instruction},
          {"verdict", to_string(came.verdict)},
          {"by", came.by},
          {"case", came.id}};
}

// Stretches without a gap; of stores from one to the next.
nlohmann::json windows_of(const std::map<std::string, Series>& all, bool only_stores) {
  nlohmann::json windows = nlohmann::json::array();
  for (const auto& [name, series] : all) {
    const Series::Came* before = nullptr;
    int last = 0;
    for (const auto& [instruction, came] : series.came) {
      const bool is_next = before != nullptr && (only_stores || instruction == last + 1);
      if (is_next && before->verdict == came.verdict && before->by == came.by) {
        windows.back()["last"] = instruction;
      } else {
        windows.push_back(window_of(series, instruction, came));
      }
      before = &came;
      last = instruction;
    }
  }
  return windows;
}

std::string why_unseen(const RegionSurvey& seen, bool only_stores) {
  if (seen.instructions == 0) return "the region was never reached";
  if (!only_stores) return "";
  if (seen.is_unwatched) return "more than 1 MiB of shared memory is mapped there, which is not watched";
  return seen.stores.empty() ? "no store to shared memory was seen in the region" : "";
}

// What came of all cases of an exploration.
struct Tally {
  std::map<std::string, Series> all;
  std::set<std::pair<std::string, int>> struck_places;  // victim and region, whatever it was held for
  int cases = 0;
  int judged = 0;
  int not_struck = 0;
  int not_run = 0;

  Series& series(const Case& one) {
    Series& series = all[series_of(one)];
    series.scenario = one.scenario;
    series.target = one.target;
    series.variant = one.variant;
    series.fault = words_of_series(one);
    ++series.cases;
    return series;
  }

  void add(const Case& one, const CaseResult* result, const History* history) {
    ++cases;
    Series& of_case = series(one);
    if (result == nullptr) {
      ++not_run;
      of_case.reason = kNotRun;
      return;
    }
    judged += result->verdict != Verdict::inconclusive ? 1 : 0;
    if (result->faults_fired < result->faults_planned && result->verdict == Verdict::inconclusive) {
      of_case.reason = in_vain_because(*result, history);
      ++not_struck;
      of_case.missed.push_back(
          {{"case", one.id}, {"reason", of_case.reason}, {"excused", of_case.reason == kHeldInVain}});
      return;
    }
    const Fault fault = struck(one);
    struck_places.emplace(place_of_fault(one), fault.arrival);
    of_case.came[fault.arrival] = {result->verdict, blamed(*result), one.id};
  }

  // Of the series in which others struck.
  nlohmann::json missed() const {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [name, series] : all) {
      if (!series.came.empty()) list.insert(list.end(), series.missed.begin(), series.missed.end());
    }
    return list;
  }

  nlohmann::json unfired() const {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [name, series] : all) {
      if (!series.came.empty()) continue;
      list.push_back({{"pair", name},
                      {"cases", series.cases},
                      {"reason", series.reason},
                      {"excused", series.reason == kHeldInVain}});
    }
    return list;
  }
};

}  // namespace

bool is_survey(const Case& one) {
  return !one.explored.empty() && !one.faults.empty() && one.faults.back().arrival == kEveryArrival;
}

std::optional<Fault> struck_in_region(const Case& one) {
  std::optional<Fault> struck;
  Hold held;
  for (const Fault& fault : one.faults) {
    if (fault.at.kind != InjectionPoint::Kind::instruction) continue;
    if (fault.action == kGoOn && fault.hold != Hold{}) {
      held = fault.hold;
    } else if (struck) {
      return std::nullopt;
    } else {
      struck = fault;
    }
  }
  if (struck && held != Hold{}) struck->hold = held;
  return struck;
}

RegionSurvey survey_of(const Case& survey, const History& history) {
  RegionSurvey seen;
  const Event* const end = region_end(survey, history);
  if (end == nullptr) return seen;
  seen.instructions = end->data.at("nth");
  const Fault& start = survey.faults.front();
  const bool is_keeper = survey.faults.size() > 1 && names_instance(start.victim, struck(survey).victim);
  if (is_keeper) seen.start_after = instructions_to(start, *end);
  for (const int call : end->data.value("calls", std::vector<int>())) seen.returns.push_back(call + 1);
  seen.has_woken = woken_at(end->data, seen.instructions);
  seen.others = arrivals_of_others(survey, history);
  seen.stores = end->data.value("stores", std::vector<int>());
  seen.unbroken = end->data.value("unbroken", std::vector<int>());
  seen.is_unwatched = end->data.value("unwatched", false);
  return seen;
}

// A mutant may fail in any way here.
Case InstructionExploration::recording(const Case& planned) const {
  Case one = planned;
  for (const RoleInstance& role : planned.roles) one.explored.push_back(role.name);
  one.repeat = 1;
  if (one.expected.outcome == Expectation::Outcome::fail && one.expected.because.empty())
    one.expected.checker.clear();
  one.id = explored_id(one, one.faults);
  return one;
}

bool InstructionExploration::is_wanted(const Case& planned) const {
  if (planned.faults.empty() || options_.victims.empty()) return true;
  return std::any_of(options_.victims.begin(), options_.victims.end(), [&](const std::string& victim) {
    return names_instance(victim, struck(planned).victim);
  });
}

std::vector<int> InstructionExploration::wanted_instructions(const RegionSurvey& seen) const {
  std::vector<int> all;
  if (options_.only_stores) all = seen.stores;
  if (options_.only_stores && seen.instructions > 0) all.insert(all.begin(), 1);
  for (int i = 1; !options_.only_stores && i <= seen.instructions; ++i) all.push_back(i);
  const size_t most =
      options_.arrivals > 0 ? std::min(all.size(), static_cast<size_t>(options_.arrivals)) : all.size();
  std::vector<int> wanted;
  for (size_t i = 0; i < most; ++i) wanted.push_back(all[most == 1 ? 0 : i * (all.size() - 1) / (most - 1)]);
  return wanted;
}

std::vector<Case> InstructionExploration::next(const Case& one, const History& history) {
  if (!is_survey(one)) return {};
  const RegionSurvey seen = survey_of(one, history);
  const std::vector<int> wanted = wanted_instructions(seen);
  const int reached = options_.only_stores && seen.instructions > 0 ? 1 + static_cast<int>(seen.stores.size())
                                                                    : seen.instructions;
  regions_[series_of(one)] = {
      .place = place_of_fault(one), .reached = reached, .unseen = why_unseen(seen, options_.only_stores)};
  left_out_ += reached - static_cast<int>(wanted.size());
  unbroken_ += static_cast<int>(seen.unbroken.size());
  std::vector<Case> cases;
  for (const int instruction : wanted) {
    for (Case& next : cases_at(one, seen, instruction)) {
      next.id = explored_id(next, next.faults);
      if (known_.insert(next.id).second) cases.push_back(std::move(next));
    }
  }
  return cases;
}

nlohmann::json InstructionExploration::coverage(const Plan& plan, const std::vector<CaseResult>& results,
                                                const std::map<std::string, History>& histories) const {
  std::map<std::string, const CaseResult*> by_id;
  for (const CaseResult& result : results) by_id[result.id] = &result;
  Tally tally;
  for (const Case& one : plan.cases) {
    if (known_.count(one.id) == 0) continue;  // a survey, a sweep, or without a fault
    const auto result = by_id.find(one.id);
    const auto history = histories.find(one.id);
    tally.add(one, result == by_id.end() ? nullptr : result->second,
              history == histories.end() ? nullptr : &history->second);
  }
  nlohmann::json unfired = tally.unfired();
  const size_t legal = tally.all.size();
  const size_t fired = legal - unfired.size();
  nlohmann::json names = nlohmann::json::array();
  std::map<std::string, int> places;
  int reached = 0;
  for (const auto& [name, region] : regions_) {
    names.push_back(name);
    reached += region.reached;
    int& of_place = places[region.place];
    of_place = std::max(of_place, region.reached);
    if (region.unseen.empty()) continue;
    unfired.push_back({{"pair", name}, {"cases", 1}, {"reason", region.unseen}, {"excused", false}});
  }
  const int wanted = std::accumulate(places.begin(), places.end(), 0,
                                     [](int sum, const auto& place) { return sum + place.second; });
  return {
      {"every", options_.only_stores ? "store" : "instruction"},
      {"points", {{"reached", reached}, {"fired", tally.struck_places.size()}, {"names", std::move(names)}}},
      {"arrivals", {{"reached", reached}, {"left_out", left_out_}, {"unbroken", unbroken_}}},
      {"pairs", {{"legal", legal}, {"fired", fired}}},
      {"cases",
       {{"planned", tally.cases},
        {"judged", tally.judged},
        {"not_struck", tally.not_struck},
        {"not_run", tally.not_run}}},
      {"percent", wanted == 0 ? 0 : 100.0 * static_cast<double>(tally.struck_places.size()) / wanted},
      {"unfired", std::move(unfired)},
      {"missed", tally.missed()},
      {"windows", windows_of(tally.all, options_.only_stores)}};
}

}  // namespace harness
