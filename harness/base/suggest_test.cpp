#include "base/suggest.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

const std::vector<std::string> kScenarios = {"crash-in-lock", "ends-in-lock", "stopped-owner"};

BOOST_AUTO_TEST_SUITE(suggest)

BOOST_AUTO_TEST_CASE(counts_inserts_deletes_replacements_and_swaps_of_neighbours) {
  BOOST_TEST(edit_distance("lock", "lock") == 0);
  BOOST_TEST(edit_distance("lok", "lock") == 1);
  BOOST_TEST(edit_distance("locks", "lock") == 1);
  BOOST_TEST(edit_distance("luck", "lock") == 1);
  BOOST_TEST(edit_distance("lcok", "lock") == 1);
  BOOST_TEST(edit_distance("", "lock") == 4);
  BOOST_TEST(edit_distance("lock", "") == 4);
  BOOST_TEST(edit_distance("kcol", "lock") == 3);
}

BOOST_AUTO_TEST_CASE(finds_what_was_meant_and_nothing_when_none_is_near) {
  BOOST_TEST(nearest("crash-in-lok", kScenarios) == "crash-in-lock");
  BOOST_TEST(nearest("stopt-owner", kScenarios) == "stopped-owner");
  BOOST_TEST(nearest("pipe-eof", kScenarios) == "");
  BOOST_TEST(nearest("anything", {}) == "");
}

BOOST_AUTO_TEST_CASE(among_equals_the_first_is_named) { BOOST_TEST(nearest("cat", {"car", "can"}) == "car"); }

BOOST_AUTO_TEST_CASE(of_many_known_names_the_first_are_told) {
  std::vector<std::string> many(30, "far-from-it");
  const std::string message = not_found("scenario", "x", many);
  BOOST_TEST(message.size() < 400U);
  BOOST_TEST(message.find("far-from-it and 6 more") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(says_what_was_not_found_and_what_to_type) {
  BOOST_TEST(not_found("scenario", "crash-in-lok", kScenarios) ==
             "scenario \"crash-in-lok\" not found; did you mean crash-in-lock?");
  BOOST_TEST(not_found("scenario", "pipe-eof", kScenarios) ==
             "scenario \"pipe-eof\" not found; there are: crash-in-lock ends-in-lock stopped-owner");
  BOOST_TEST(not_found("scenario", "x", {}) == "scenario \"x\" not found; there is none");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
