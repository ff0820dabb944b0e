#include "run/litmus.h"

#include <thread>

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(litmus)

BOOST_AUTO_TEST_CASE(what_the_language_forbids_is_never_seen_on_this_machine) {
  for (const LitmusCount& count : run_litmus(20'000, 200'000'000)) {
    BOOST_TEST_CONTEXT(count.name) {
      BOOST_TEST(count.rounds > 0);
      if (!count.is_allowed) BOOST_TEST(count.weak == 0);
    }
  }
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
