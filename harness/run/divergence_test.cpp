#include "run/divergence.h"

#include <boost/test/unit_test.hpp>

namespace harness {
BOOST_AUTO_TEST_SUITE(divergence)

namespace {

Event at(int64_t time_ns, int pid, const std::string& role, EventKind kind, const std::string& name,
         nlohmann::json data = nlohmann::json::object()) {
  return {.time_ns = time_ns, .role = role, .pid = pid, .tid = pid, .kind = kind, .name = name, .data = data};
}

History run_of(int64_t time_ns, int pid, int last_received) {
  return {at(time_ns, pid, "writer", EventKind::ok, "send", {{"values", {1, 40}}}),
          at(time_ns * 2, pid + 1, "reader", EventKind::ok, "receive", {{"values", {last_received, 40}}}),
          at(time_ns * 3, pid, "writer", EventKind::ended, "exit", {{"code", 0}})};
}

BOOST_AUTO_TEST_CASE(times_ids_and_the_order_between_roles_are_no_divergence) {
  History other = run_of(700, 90, 1);
  std::swap(other[0], other[1]);
  const StableStory first = stable_story(run_of(100, 20, 1));
  const StableStory again = stable_story(other);
  BOOST_TEST(digest_of(first) == digest_of(again));
  BOOST_TEST(!divergence_of(first, again).has_value());
}

BOOST_AUTO_TEST_CASE(the_first_event_that_differs_is_told_with_its_role_and_both_sides) {
  const StableStory first = stable_story(run_of(100, 20, 1));
  const StableStory again = stable_story(run_of(100, 20, 2));
  BOOST_TEST(digest_of(first) != digest_of(again));
  const auto differs = divergence_of(first, again);
  BOOST_REQUIRE(differs);
  BOOST_TEST(differs->role == "reader");
  BOOST_TEST(differs->nth == 1);
  BOOST_TEST(differs->first == R"(ok receive {"values":[1,40]})");
  BOOST_TEST(differs->again == R"(ok receive {"values":[2,40]})");
}

BOOST_AUTO_TEST_CASE(an_event_that_only_one_run_has_is_a_divergence) {
  History shorter = run_of(100, 20, 1);
  shorter.pop_back();
  const auto differs = divergence_of(stable_story(run_of(100, 20, 1)), stable_story(shorter));
  BOOST_REQUIRE(differs);
  BOOST_TEST(differs->first == R"(ended exit {"code":0})");
  BOOST_TEST(differs->again == "");
}

BOOST_AUTO_TEST_CASE(what_the_harness_notes_of_itself_is_not_compared) {
  History noted = run_of(100, 20, 1);
  noted.push_back(at(5, 0, "", EventKind::note, "", {{"text", "read in which the fault struck returned 3"}}));
  noted.push_back(at(6, 0, "", EventKind::settled, ""));
  BOOST_TEST(digest_of(stable_story(noted)) == digest_of(stable_story(run_of(1, 2, 1))));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
