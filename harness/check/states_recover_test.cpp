// What a sweep came to, judged: windows in which a lock is lost for ever fail, an unclear sweep is no pass.
#include <boost/test/unit_test.hpp>

#include "check/checker.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(states_recover)

std::vector<Finding> findings_of(const std::string& mode, const std::string& data) {
  History history;
  if (!data.empty()) history = {{.kind = EventKind::swept, .data = nlohmann::json::parse(data)}};
  Case plan;
  plan.mode = mode;
  return Checkers::instance().find("states_recover")->check(plan, history, {});
}

BOOST_AUTO_TEST_CASE(free_and_owner_died_is_all_that_a_survivor_may_find) {
  const char* const clean = R"({"verdict":"pass","windows":[{"first":1,"last":20,"outcome":"free"},
      {"first":21,"last":90,"outcome":"EOWNERDEAD"}]})";
  BOOST_TEST(findings_of("sweep", clean).empty());
}

BOOST_AUTO_TEST_CASE(each_window_in_which_the_lock_is_lost_is_a_failure_with_its_place) {
  const auto findings = findings_of("sweep", R"({"verdict":"fail","windows":[
      {"first":1,"last":7,"outcome":"free","code":"a"},
      {"first":8,"last":9,"outcome":"orphaned","code":"lock+0x12"},
      {"first":10,"last":10,"outcome":"unusable","code":"lock+0x1c"}]})");
  BOOST_REQUIRE(findings.size() == 2u);
  BOOST_TEST((findings[0].verdict == Verdict::fail));
  BOOST_TEST(
      findings[0].message ==
      "after a death in states 8..9, from lock+0x12 on, the lock is orphaned: nobody will ever get it");
  BOOST_TEST(findings[1].message.find("state 10, ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sweep_that_is_inconclusive_or_missing_is_no_pass) {
  const auto unclear = findings_of("sweep", R"({"verdict":"inconclusive","reasons":["never taken"]})");
  BOOST_REQUIRE(unclear.size() == 1u);
  BOOST_TEST((unclear[0].verdict == Verdict::inconclusive));
  BOOST_TEST(unclear[0].message == "never taken");
  BOOST_TEST(findings_of("sweep", "").size() == 1u);
  BOOST_TEST(findings_of("sweep", R"({"verdict":"inconclusive"})").size() == 1u);
}

BOOST_AUTO_TEST_CASE(of_other_cases_it_says_nothing) { BOOST_TEST(findings_of("", "").empty()); }

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
