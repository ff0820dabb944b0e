// What follows from a survey: a case for each instruction, and more where the victim has come back from a
// call.
#include "run/instruction_exploration.h"

#include <boost/test/unit_test.hpp>

namespace harness {
BOOST_AUTO_TEST_SUITE(instruction_exploration)

const Fault kStart{.victim = "owner",
                   .at = {.name = "held"},
                   .action = {"stop", ""},
                   .resume = {.until = Hold::Until::settled}};

Case survey_case(const std::string& victim, const std::vector<Fault>& start) {
  Case one{.id = "s/native/v/survey", .scenario = "s", .target = "native", .variant = "v"};
  for (const char* role : {"owner", "waiter"}) one.roles.push_back({.name = role});
  one.explored = {"owner", "waiter"};
  one.faults = start;
  one.faults.push_back({.victim = victim,
                        .at = *parse_point("insn:wanted..gone"),
                        .arrival = kEveryArrival,
                        .action = {"kill", ""}});
  return one;
}

Event reached(const std::string& role, const std::string& probe, int nth) {
  return {.role = role, .kind = EventKind::reached, .name = probe, .data = {{"nth", nth}}};
}

Event region_ended(const std::string& role, nlohmann::json data) {
  data["is_last"] = true;
  return {.role = role, .kind = EventKind::arrived, .name = "insn:wanted..gone", .data = std::move(data)};
}

History numbered_events(History history) {
  for (size_t i = 0; i < history.size(); ++i) history[i].index = static_cast<int>(i);
  return history;
}

std::vector<std::string> faults_of(const std::vector<Case>& cases) {
  std::vector<std::string> texts;
  for (const Case& one : cases) texts.push_back(to_string(one.faults));
  return texts;
}

const char* const kInsn = "waiter@insn:wanted..gone";

BOOST_AUTO_TEST_CASE(the_victim_is_killed_at_each_instruction_that_it_was_seen_to_execute) {
  InstructionExploration exploration({});
  const auto cases =
      exploration.next(survey_case("waiter", {}), numbered_events({region_ended("waiter", {{"nth", 3}})}));
  BOOST_TEST(faults_of(cases) ==
                 (std::vector<std::string>{std::string(kInsn) + "#1=kill", std::string(kInsn) + "#2=kill",
                                           std::string(kInsn) + "#3=kill"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(between_a_calls_return_and_what_is_told_next_others_go_first_too) {
  // Its 2nd instruction is a call, and after the 3rd it tells something.
  const History history =
      numbered_events({reached("owner", "held", 1),
                       {.kind = EventKind::resumed, .name = "settled"},
                       reached("owner", "gone", 1),
                       region_ended("waiter", {{"nth", 4}, {"calls", {2}}, {"told", {{3, "held"}}}})});
  InstructionExploration exploration({});
  const auto texts = faults_of(exploration.next(survey_case("waiter", {kStart}), history));
  const std::string start = to_string(std::vector<Fault>{kStart}) + "+";
  const std::string third = start + kInsn + "#3";
  BOOST_TEST(texts == (std::vector<std::string>{start + kInsn + "#1=kill", start + kInsn + "#2=kill",
                                                third + "~settled=kill",
                                                third + "~owner@probe:gone=kill+owner@probe:gone=stop",
                                                third + "~settled=signal-SIGCONT+" + kInsn + "#4=kill"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_victim_was_held_for_on_its_way_is_part_of_what_struck_it) {
  Case one = survey_case("waiter", {});
  one.faults.front().arrival = 9;
  Fault held = one.faults.front();
  held.arrival = 3;
  held.hold = {.until = Hold::Until::settled};
  held.action = {"signal", "SIGCONT"};
  one.faults.insert(one.faults.begin(), held);
  BOOST_TEST(to_string(*struck_in_region(one)) == std::string(kInsn) + "#9~settled=kill");
  one.faults.push_back(one.faults.back());
  BOOST_TEST(!struck_in_region(one));
  BOOST_TEST(!struck_in_region(Case{.faults = {kStart}}));
}

BOOST_AUTO_TEST_CASE(who_stands_at_the_start_is_killed_before_it_without_a_start) {
  const History history =
      numbered_events({region_ended("owner", {{"nth", 2}, {"told", {{1, ""}, {1, "held"}}}})});
  InstructionExploration exploration({});
  const auto texts = faults_of(exploration.next(survey_case("owner", {kStart}), history));
  BOOST_TEST(texts == (std::vector<std::string>{
                          "owner@insn:wanted..gone#1=kill",
                          to_string(std::vector<Fault>{kStart}) + "+owner@insn:wanted..gone#2=kill"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_stores_the_first_instruction_and_those_behind_them_are_struck) {
  InstructionExploration exploration({.only_stores = true});
  const auto cases = exploration.next(
      survey_case("waiter", {}), numbered_events({region_ended("waiter", {{"nth", 9}, {"stores", {4, 7}}})}));
  BOOST_REQUIRE(cases.size() == 3u);
  BOOST_TEST(cases[1].faults.back().arrival == 4);
  BOOST_TEST(cases[2].faults.back().arrival == 7);
}

BOOST_AUTO_TEST_CASE(sequences_inside_of_which_nobody_can_be_stopped_are_told) {
  InstructionExploration exploration({});
  const Case survey = survey_case("waiter", {});
  exploration.next(survey, numbered_events({region_ended("waiter", {{"nth", 9}, {"unbroken", {4, 7}}})}));
  BOOST_TEST(exploration.coverage({.cases = {survey}}, {}, {}).at("arrivals").at("unbroken") == 2);
}

BOOST_AUTO_TEST_CASE(a_region_that_was_never_reached_is_told_and_not_excused) {
  InstructionExploration exploration({});
  const Case survey = survey_case("waiter", {});
  BOOST_TEST(exploration.next(survey, {}).empty());
  const auto coverage = exploration.coverage({.cases = {survey}}, {}, {});
  BOOST_REQUIRE(coverage.at("unfired").size() == 1u);
  BOOST_TEST(!coverage.at("unfired")[0].at("excused").get<bool>());
}

BOOST_AUTO_TEST_CASE(where_no_store_is_seen_it_is_told_and_not_excused) {
  for (const auto& [data, reason] : std::vector<std::pair<nlohmann::json, std::string>>{
           {{{"nth", 9}}, "no store to shared memory was seen in the region"},
           {{{"nth", 9}, {"unwatched", true}},
            "more than 1 MiB of shared memory is mapped there, which is not watched"}}) {
    InstructionExploration exploration({.only_stores = true});
    const Case survey = survey_case("waiter", {});
    exploration.next(survey, numbered_events({region_ended("waiter", data)}));
    const auto unfired = exploration.coverage({.cases = {survey}}, {}, {}).at("unfired");
    BOOST_REQUIRE(unfired.size() == 1u);
    BOOST_TEST(unfired[0].at("reason") == reason);
    BOOST_TEST(!unfired[0].at("excused").get<bool>());
  }
}

BOOST_AUTO_TEST_CASE(an_instruction_at_which_nobody_was_struck_is_missed_though_others_were) {
  InstructionExploration exploration({});
  const Case survey = survey_case("waiter", {});
  Plan plan{.cases = exploration.next(survey, numbered_events({region_ended("waiter", {{"nth", 4}})}))};
  std::vector<CaseResult> results;
  for (const Case& one : plan.cases)
    results.push_back({.id = one.id, .faults_planned = 1, .faults_fired = 1});
  BOOST_TEST(exploration.coverage(plan, results, {}).at("percent") == 100);
  results[2].faults_fired = 0;
  results[2].verdict = Verdict::inconclusive;
  const auto told = exploration.coverage(plan, results, {});
  BOOST_TEST(told.at("percent") == 75);
  BOOST_REQUIRE(told.at("missed").size() == 1u);
  BOOST_TEST(told.at("missed")[0].at("case") == results[2].id);
  BOOST_TEST(!told.at("missed")[0].at("excused").get<bool>());
}

BOOST_AUTO_TEST_CASE(of_a_region_that_was_not_struck_at_each_instruction_the_rest_counts_as_missing) {
  InstructionExploration exploration({.arrivals = 2});
  const Case survey = survey_case("waiter", {});
  Plan plan{.cases = exploration.next(survey, numbered_events({region_ended("waiter", {{"nth", 8}})}))};
  std::vector<CaseResult> results;
  for (const Case& one : plan.cases)
    results.push_back({.id = one.id, .faults_planned = 1, .faults_fired = 1});
  BOOST_TEST(exploration.coverage(plan, results, {}).at("percent") == 25);
}

BOOST_AUTO_TEST_CASE(successive_instructions_that_fail_for_one_cause_are_a_window) {
  InstructionExploration exploration({});
  const Case survey = survey_case("waiter", {});
  Plan plan{.cases = exploration.next(survey, numbered_events({region_ended("waiter", {{"nth", 4}})}))};
  std::vector<CaseResult> results;
  for (const Case& one : plan.cases) {
    CaseResult result{.id = one.id, .faults_planned = 1, .faults_fired = 1};
    const int nth = one.faults.front().arrival;
    if (nth == 2 || nth == 3) {
      result.verdict = Verdict::fail;
      result.findings = {{.checker = "progress", .verdict = Verdict::fail}};
    }
    results.push_back(result);
  }
  const auto windows = exploration.coverage(plan, results, {}).at("windows");
  BOOST_REQUIRE(windows.size() == 3u);
  BOOST_TEST(windows[1].at("first") == 2);
  BOOST_TEST(windows[1].at("last") == 3);
  BOOST_TEST(windows[1].at("by") == "progress");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
