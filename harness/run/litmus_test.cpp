#include "run/litmus.h"

#include <set>
#include <thread>

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(litmus)

BOOST_AUTO_TEST_CASE(what_the_language_forbids_is_never_seen_on_this_machine) {
  for (const LitmusCount& count : run_litmus({.rounds = 20'000, .limit_ns = 200'000'000})) {
    BOOST_TEST_CONTEXT(count.name) {
      BOOST_TEST(count.rounds > 0);
      if (!count.is_allowed) BOOST_TEST(count.weak == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_the_classic_shapes_are_tried) {
  std::set<std::string> shapes;
  for (const LitmusCount& count : run_litmus({.rounds = 1, .limit_ns = 1}))
    shapes.insert(count.name.substr(0, count.name.find(' ')));
  BOOST_TEST((shapes == std::set<std::string>{"MP", "SB", "LB", "2+2W", "IRIW"}));
}

BOOST_AUTO_TEST_CASE(a_report_is_told_how_often_each_came_and_in_how_many_rounds) {
  const auto limits = limits_from({{.name = "SB relaxed", .is_allowed = true, .rounds = 1024, .weak = 3},
                                   {.name = "SB seq_cst", .is_allowed = false, .rounds = 1024, .weak = 2},
                                   {.name = "IRIW acquire", .is_allowed = true, .rounds = 64, .weak = 0}});
  BOOST_REQUIRE(limits.size() == 2U);
  BOOST_TEST(limits[0] ==
             "SB seq_cst broke its promise 2 times in 1024 rounds here: a failure of a program that relies "
             "on it may be the machine's");
  BOOST_TEST(limits[1] ==
             "a reordering of these kinds never appeared here, so a pass says nothing of code that it would "
             "break: IRIW acquire (0 of "
             "64); what did appear: SB relaxed (3 of 1024)");
}

BOOST_AUTO_TEST_CASE(of_instrumented_programs_it_is_said_that_the_counts_are_of_plain_code) {
  const std::vector<LitmusCount> counts = {
      {.name = "SB relaxed", .is_allowed = true, .rounds = 9, .weak = 3}};
  BOOST_TEST(limits_from(counts).empty());
  const auto limits = limits_from(counts, true);
  BOOST_REQUIRE(limits.size() == 1U);
  BOOST_TEST(limits[0].starts_with("these kinds of reordering were counted in plain code"));
}

BOOST_AUTO_TEST_CASE(counts_survive_the_way_through_a_protocol) {
  const LitmusCount count{.name = "SB relaxed", .is_allowed = true, .rounds = 1024, .weak = 3};
  const auto back = nlohmann::json(count).get<LitmusCount>();
  BOOST_TEST(back.name == "SB relaxed");
  BOOST_TEST(back.is_allowed);
  BOOST_TEST(back.rounds == 1024);
  BOOST_TEST(back.weak == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
