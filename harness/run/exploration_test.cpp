#include "run/exploration.h"

#include <set>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

using Names = std::vector<std::string>;

Event met(const std::vector<nlohmann::json>& points, const Names& caught = {}) {
  nlohmann::json data = {{"points", points}};
  if (!caught.empty()) data["caught"] = caught;
  return {.role = "reader", .pid = 7, .tid = 7, .kind = EventKind::met, .data = data};
}

Event reached(const std::string& probe) {
  return {.role = "reader", .pid = 7, .tid = 7, .kind = EventKind::reached, .name = probe};
}

Case planned() {
  Case one{.id = "s/native/v/x", .scenario = "s", .target = "native", .variant = "v"};
  one.roles = {{.name = "reader"}, {.name = "writer.1"}, {.name = "writer.2"}};
  one.faults.push_back({.victim = "reader", .at = *parse_point("probe:a"), .action = {"kill", ""}});
  return one;
}

// What can become of the first arrival at a point, each without its point.
std::set<std::string> fates(const nlohmann::json& point, const Names& caught = {}) {
  std::set<std::string> actions;
  for (const MetPoint& one : points_met(planned(), {met({point}, caught)}, Every::syscall)) {
    for (const Fault& fault : legal_faults(one, 0))
      actions.insert(to_string(fault.action) + (fault.onwards ? " onwards" : ""));
  }
  return actions;
}

nlohmann::json point(const std::string& name, const std::vector<int>& arrivals = {1}) {
  return {{"point", name}, {"arrivals", arrivals}};
}

Names ids(const std::vector<Case>& cases) {
  Names names;
  for (const Case& one : cases) names.push_back(one.id);
  return names;
}

BOOST_AUTO_TEST_SUITE(explorations)

BOOST_AUTO_TEST_CASE(a_recording_has_no_fault_and_looks_at_the_victims_alone) {
  const Case all = Exploration({}).recording(planned());
  BOOST_TEST(all.faults.empty());
  BOOST_TEST(all.id == "s/native/v/no-fault");
  BOOST_TEST(all.explored == (Names{"reader", "writer.1", "writer.2"}));
  BOOST_TEST(Exploration({.victims = {"writer"}}).recording(planned()).explored ==
             (Names{"writer.1", "writer.2"}));
}

BOOST_AUTO_TEST_CASE(a_mutant_may_fail_by_any_checker_in_an_exploration_but_a_known_limit_only_by_its_own) {
  Case mutant = planned();
  mutant.expected = {.outcome = Expectation::Outcome::fail, .checker = "progress"};
  BOOST_TEST(Exploration({}).recording(mutant).expected.checker == "");
  mutant.expected.because = "a known limit";
  BOOST_TEST(Exploration({}).recording(mutant).expected.checker == "progress");
}

BOOST_AUTO_TEST_CASE(a_call_that_has_returned_can_only_be_followed_by_a_death) {
  BOOST_TEST((fates(point("syscall:read(link)/exit")) == std::set<std::string>{"kill"}));
}

BOOST_AUTO_TEST_CASE(an_error_of_the_world_strikes_once_and_where_it_lasts_from_then_on) {
  nlohmann::json write = point("syscall:write(file)/enter");
  write["kind"] = "file";
  const auto actions = fates(write);
  for (const char* expected :
       {"kill", "fail(EIO)", "fail(EIO) onwards", "fail(ENOSPC)", "fail(ENOSPC) onwards"})
    BOOST_TEST(actions.count(expected) == 1, expected);
  BOOST_TEST(actions.count("fail(EINTR)") == 0);
}

BOOST_AUTO_TEST_CASE(a_stream_gives_less_in_three_ways_and_a_packet_in_none) {
  nlohmann::json read = point("syscall:read(link)/enter");
  read["kind"] = "unix-stream";
  read["asked"] = {100};
  const auto of_stream = fates(read);
  for (const char* expected : {"short(1)", "short(50)", "short(99)"})
    BOOST_TEST(of_stream.count(expected) == 1, expected);
  read["kind"] = "unix-dgram";
  for (const std::string& action : fates(read)) BOOST_TEST(!action.starts_with("short"), action);
  read["kind"] = "unix-stream";
  read["asked"] = {1};
  for (const std::string& action : fates(read)) BOOST_TEST(!action.starts_with("short"), action);
}

BOOST_AUTO_TEST_CASE(only_a_call_that_may_wait_is_interrupted_and_only_where_something_is_caught) {
  BOOST_TEST((fates(point("syscall:gettid/enter"), {"SIGUSR1"}) == std::set<std::string>{"kill"}));
  nlohmann::json read = point("syscall:read(link)/enter");
  read["kind"] = "pipe";
  BOOST_TEST(fates(read, {"SIGUSR1"}).count("eintr(SIGUSR1)") == 1);
  for (const std::string& action : fates(read)) BOOST_TEST(!action.starts_with("eintr"), action);
  read["nonblocking"] = true;
  const auto of_nonblocking = fates(read, {"SIGUSR1"});
  BOOST_TEST(of_nonblocking.count("eintr(SIGUSR1)") == 0);
  BOOST_TEST(of_nonblocking.count("fail(EAGAIN)") == 1);
  // Edge-triggered, EAGAIN tells that there will be news, and there would be none.
  read["edge_triggered"] = true;
  BOOST_TEST(fates(read).count("fail(EAGAIN)") == 0);
}

BOOST_AUTO_TEST_CASE(each_arrival_is_struck_or_evenly_spread_ones) {
  const History history = {met({point("syscall:poll/exit", {1, 2, 3, 4, 5})})};
  Exploration all({});
  BOOST_TEST(all.next(all.recording(planned()), history).size() == 5);
  Exploration some({.arrivals = 3});
  BOOST_TEST(ids(some.next(some.recording(planned()), history)) ==
             (Names{"s/native/v/reader@syscall:poll/exit=kill", "s/native/v/reader@syscall:poll/exit#3=kill",
                    "s/native/v/reader@syscall:poll/exit#5=kill"}));
}

BOOST_AUTO_TEST_CASE(a_point_that_only_a_fault_leads_to_is_struck_after_that_fault_and_a_known_one_no_more) {
  Exploration exploration({});
  const Case recording = exploration.recording(planned());
  const auto first = exploration.next(recording, {met({point("syscall:poll/exit")})});
  BOOST_REQUIRE(first.size() == 1);
  BOOST_TEST(exploration.next(recording, {met({point("syscall:poll/exit")})}).empty());
  const auto second = exploration.next(
      first.front(), {met({point("syscall:poll/exit", {1, 2}), point("syscall:munmap/exit")})});
  BOOST_TEST(ids(second) ==
             Names{"s/native/v/reader@syscall:poll/exit=kill+reader@syscall:munmap/exit=kill"});
}

BOOST_AUTO_TEST_CASE(probes_are_struck_by_a_death_and_by_a_pause) {
  Exploration exploration({.every = Every::probe});
  const Case recording = exploration.recording(planned());
  const auto cases = exploration.next(recording, {reached("a"), reached("a")});
  BOOST_TEST(ids(cases) == (Names{"s/native/v/reader@probe:a=kill", "s/native/v/reader@probe:a=stop",
                                  "s/native/v/reader@probe:a#2=kill", "s/native/v/reader@probe:a#2=stop"}));
}

// What the coverage says when the only pair was struck or not, and why not.
nlohmann::json covered(int fired, const std::string& resumed) {
  Exploration exploration({.victims = {"reader"}});
  const Case recording = exploration.recording(planned());
  nlohmann::json read = point("syscall:pause/enter");
  std::vector<Case> cases = exploration.next(recording, {met({read}, {"SIGUSR1"})});
  std::erase_if(cases, [](const Case& one) { return one.faults.back().action.name != "eintr"; });
  BOOST_REQUIRE(cases.size() == 1);
  CaseResult result{.id = cases.front().id, .verdict = Verdict::inconclusive, .faults_planned = 1};
  result.faults_fired = fired;
  result.findings.push_back({.checker = "fault_fired", .message = "it did not strike"});
  const History history = {{.role = "reader", .kind = EventKind::resumed, .name = resumed}};
  return exploration.coverage({.cases = {recording, cases.front()}}, {result},
                              {{cases.front().id, resumed.empty() ? History{} : history}});
}

BOOST_AUTO_TEST_CASE(a_pair_that_never_struck_is_named_with_its_reason) {
  BOOST_TEST(covered(1, "").at("unfired").empty());
  const auto lost = covered(0, "");
  BOOST_TEST(lost.at("pairs").at("fired") == 0);
  BOOST_TEST(lost.at("unfired").at(0).at("reason") == "it did not strike");
  BOOST_TEST(lost.at("unfired").at(0).at("excused") == false);
  const auto unblocked = covered(0, "its call returned without blocking");
  BOOST_TEST(unblocked.at("unfired").at(0).at("excused") == true);
  BOOST_TEST(unblocked.at("pairs").at("unreachable") == 1);
}

BOOST_AUTO_TEST_CASE(a_case_that_did_not_strike_is_named_though_its_pair_struck_at_another_arrival) {
  Exploration exploration({.victims = {"reader"}});
  nlohmann::json exit = point("syscall:poll/exit");
  exit["arrivals"] = {1, 2};
  Plan plan{.cases = exploration.next(exploration.recording(planned()), {met({exit})})};
  BOOST_REQUIRE(plan.cases.size() == 2);
  const std::vector<CaseResult> results = {
      {.id = plan.cases[0].id, .faults_planned = 1, .faults_fired = 1},
      {.id = plan.cases[1].id, .verdict = Verdict::inconclusive, .faults_planned = 1}};
  const History history = {{.role = "reader", .kind = EventKind::resumed, .name = "the worker was lost"}};
  const auto told = exploration.coverage(plan, results, {{plan.cases[1].id, history}});
  BOOST_TEST(told.at("unfired").empty());
  BOOST_REQUIRE(told.at("missed").size() == 1);
  BOOST_TEST(told.at("missed")[0].at("case") == plan.cases[1].id);
  BOOST_TEST(told.at("missed")[0].at("reason") == "the worker was lost");
  BOOST_TEST(told.at("missed")[0].at("excused") == false);
}

BOOST_AUTO_TEST_CASE(each_length_of_a_shorter_transfer_is_a_pair_of_its_own) {
  Exploration exploration({.victims = {"reader"}});
  nlohmann::json read = point("syscall:read(link)/enter");
  read["kind"] = "pipe";
  read["asked"] = {64};
  Plan plan{.cases = exploration.next(exploration.recording(planned()), {met({read})})};
  std::erase_if(plan.cases, [](const Case& one) { return one.faults.back().action.name != "short"; });
  const auto told = exploration.coverage(plan, {}, {});
  BOOST_TEST(told.at("pairs").at("legal") == 3);
  std::vector<std::string> pairs;
  for (const auto& one : told.at("unfired")) pairs.push_back(one.at("pair"));
  for (const char* length : {"=short-1", "=short-all-but-one", "=short-half"})
    BOOST_TEST(std::count_if(pairs.begin(), pairs.end(),
                             [&](const std::string& pair) { return pair.ends_with(length); }) == 1);
}

BOOST_AUTO_TEST_CASE(what_lies_behind_an_interruption_that_never_came_cannot_be_reached_either) {
  Exploration exploration({.victims = {"reader"}});
  const Case recording = exploration.recording(planned());
  auto first = exploration.next(recording, {met({point("syscall:pause/enter")}, {"SIGUSR1"})});
  std::erase_if(first, [](const Case& one) { return one.faults.back().action.name != "eintr"; });
  const auto second = exploration.next(first.front(), {met({point("syscall:munmap/exit")})});
  BOOST_REQUIRE(second.size() == 1);
  const CaseResult result{.id = second.front().id, .verdict = Verdict::inconclusive, .faults_planned = 2};
  const History history = {
      {.role = "reader", .kind = EventKind::resumed, .name = "its call returned without blocking"}};
  const auto told = exploration.coverage({.cases = second}, {result}, {{result.id, history}});
  BOOST_TEST(told.at("pairs").at("unreachable") == 1);
}

BOOST_AUTO_TEST_CASE(errnos_are_counted_by_call_and_faults_by_action) {
  Exploration exploration({.victims = {"reader"}});
  const Case recording = exploration.recording(planned());
  nlohmann::json write = point("syscall:write(file)/enter");
  write["kind"] = "file";
  Plan plan{.cases = exploration.next(recording, {met({write})})};
  std::vector<CaseResult> results;
  for (const Case& one : plan.cases) {
    const bool is_struck = one.id.find("EIO") != std::string::npos;
    results.push_back({.id = one.id, .faults_planned = 1, .faults_fired = is_struck ? 1 : 0});
  }
  const auto told = exploration.coverage(plan, results, {});
  BOOST_TEST(told.at("errnos").at("write").at("fired") == Names{"EIO"});
  BOOST_TEST(told.at("errnos").at("write").at("missing") == (Names{"EDQUOT", "EFBIG", "ENOSPC", "EPERM"}));
  BOOST_TEST(told.at("actions").at("kill").at("fired") == 0);
  BOOST_TEST(told.at("actions").at("fail").at("fired") == 2);
}

BOOST_AUTO_TEST_CASE(a_case_that_was_not_run_is_no_case_that_did_not_strike) {
  Exploration exploration({});
  const Case recording = exploration.recording(planned());
  Plan plan{.cases = exploration.next(recording, {met({point("syscall:poll/exit")})})};
  const auto coverage = exploration.coverage(plan, {}, {});
  BOOST_TEST(coverage.at("cases").at("not_struck") == 0);
  BOOST_TEST(coverage.at("cases").at("not_run") == coverage.at("cases").at("planned"));
  BOOST_TEST(coverage.at("unfired").at(0).at("reason") == "not run");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
