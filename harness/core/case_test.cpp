#include "core/case.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

using nlohmann::json;

// A case in which no member has its default value.
Case full_case() {
  const Fault stop{.victim = "owner",
                   .at = *parse_point("syscall:futex/exit"),
                   .arrival = 2,
                   .hold = *parse_hold("settled"),
                   .action = *parse_action("signal(SIGTERM)"),
                   .resume = *parse_hold("waiter@probe:lock.held#3")};
  const RoleInstance owner{
      .name = "owner",
      .command = {"program", "owner"},
      .environment = {{"KEY", "value"}},
      .ready = {.path = "{tmp}/s", .point = parse_point("probe:lock.held").value(), .nth = 2},
      .probes = {"lock.held"}};
  const RoleInstance waiter{
      .name = "waiter.1", .command = {"program"}, .ready = {.stdout_text = "listening", .at_end = true}};
  return {.id = "s/native/robust/f/r2",
          .scenario = "s",
          .mechanism = "shm-mutex",
          .target = "native",
          .variant = "robust",
          .mutant = true,
          .seed = 18446744073709551615U,
          .repeat = 2,
          .directory = "/d",
          .roles = {owner, waiter},
          .faults = {stop},
          .checkers = {{.name = "exit_status", .options = {{"owner", 0}}}},
          .expected = {.outcome = Expectation::Outcome::fail, .checker = "progress", .because = "known"},
          .deadline_ms = 500};
}

Expectation round_trip(const Expectation& expected) {
  Case one = full_case();
  one.expected = expected;
  return json(one).get<Case>().expected;
}

BOOST_AUTO_TEST_SUITE(case_)

BOOST_AUTO_TEST_CASE(a_case_survives_json) {
  const json stored = full_case();
  const Case read = json::parse(stored.dump()).get<Case>();
  BOOST_TEST(json(read) == stored);
  BOOST_TEST(read.id == "s/native/robust/f/r2");
  BOOST_TEST(read.mutant);
  BOOST_TEST(read.seed == 18446744073709551615U);
  BOOST_TEST((read.faults == full_case().faults));
  BOOST_REQUIRE(read.roles.size() == 2u);
  BOOST_TEST(read.roles[0].environment.at("KEY") == "value");
  BOOST_TEST((read.roles[0].ready.point == full_case().roles[0].ready.point));
  BOOST_TEST(read.roles[0].ready.nth == 2);
  BOOST_TEST(read.roles[0].ready.path == "{tmp}/s");
  BOOST_TEST(read.roles[1].ready.stdout_text == "listening");
  BOOST_TEST(read.roles[1].ready.at_end);
  BOOST_TEST(!read.roles[0].ready.at_end);
  BOOST_TEST(read.checkers.at(0).options.at("owner") == 0);
  BOOST_TEST(read.deadline_ms == 500);
}

BOOST_AUTO_TEST_CASE(every_expectation_survives_json) {
  const Expectation fail =
      round_trip({.outcome = Expectation::Outcome::fail, .checker = "progress", .because = "b"});
  BOOST_TEST(to_string(fail) == "fail: progress");
  BOOST_TEST(fail.because == "b");
  const Expectation unseen =
      round_trip({.outcome = Expectation::Outcome::not_shown, .because = "x86 keeps this order"});
  BOOST_TEST((unseen.outcome == Expectation::Outcome::not_shown));
  BOOST_TEST(unseen.because == "x86 keeps this order");
  const Expectation classed =
      round_trip({.outcome = Expectation::Outcome::fail, .checker = "progress", .mistake = "missing-fence"});
  BOOST_TEST(classed.mistake == "missing-fence");
  const Expectation platform = round_trip({.outcome = Expectation::Outcome::platform, .defect = "MX-22"});
  BOOST_TEST(to_string(platform) == "platform: MX-22");
  BOOST_TEST(to_string(round_trip({})) == "pass");
}

BOOST_AUTO_TEST_CASE(a_plan_survives_json) {
  const Plan plan{.seed = 7, .cases = {full_case(), full_case()}, .notes = {"left out: x"}};
  const Plan read = json::parse(json(plan).dump()).get<Plan>();
  BOOST_TEST(json(read) == json(plan));
  BOOST_TEST(read.seed == 7u);
  BOOST_TEST(read.cases.size() == 2u);
  BOOST_TEST(read.notes.at(0) == "left out: x");
}

BOOST_AUTO_TEST_CASE(a_case_that_was_changed_by_hand_throws_with_the_reason) {
  json stored = full_case();
  stored["faults"][0]["point"] = "prob:x";
  const auto says_it = [](const json::exception& thrown) {
    return std::string(thrown.what()).find("injection point \"prob:x\"") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(stored.get<Case>(), json::exception, says_it);
  json without_seed = full_case();
  without_seed.erase("seed");
  BOOST_CHECK_THROW(without_seed.get<Case>(), json::exception);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
