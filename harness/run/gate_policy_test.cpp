#include "run/gate_policy.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

// A policy that is right; each test spoils one line of it.
const std::string kRight =
    "require: { scenarios: [crash-in-lock], targets: [native] }\n"
    "minimum: { cases: 10, claims: 5, points: 95% }\n"
    "allow_skips:\n"
    "  - { skip: \"a on b: *\", because: why }\n"
    "quarantine:\n"
    "  - { cases: \"a/*\", until: 2027-01-31, because: why }\n";

std::string complaint(const std::string& old_text, const std::string& new_text) {
  std::string text = kRight;
  text.replace(text.find(old_text), old_text.size(), new_text);
  const auto policy = parse_gate_policy(text, "gate.yaml");
  return policy ? "none" : policy.error().message;
}

BOOST_AUTO_TEST_SUITE(gate_policy)

BOOST_AUTO_TEST_CASE(a_right_one_is_read) {
  const auto policy = parse_gate_policy(kRight, "gate.yaml");
  BOOST_REQUIRE(policy.ok());
  BOOST_TEST(policy->scenarios.front().name == "crash-in-lock");
  BOOST_TEST(policy->targets.front().place == "gate.yaml:1:50");
  BOOST_TEST(to_string(*policy->points) == "95%");
  BOOST_TEST(policy->quarantine.front().until == "2027-01-31");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place) {
  BOOST_TEST(complaint("minimum", "minimun") ==
             "gate.yaml:2:1: policy key \"minimun\" not found; did you mean minimum?");
  BOOST_TEST(complaint("cases: 10", "cases: ten") ==
             "gate.yaml:2:19: cases must be a whole number of at least 1, not ten");
  BOOST_TEST(complaint("points: 95%", "points: 105%").starts_with("gate.yaml:2:42: points must be"));
  BOOST_TEST(complaint("2027-01-31", "2027-02-31") ==
             "gate.yaml:6:28: until must be a day such as 2027-01-31, not 2027-02-31");
  BOOST_TEST(complaint("[crash-in-lock]", "crash-in-lock") == "gate.yaml:1:23: scenarios must be a list");
}

BOOST_AUTO_TEST_CASE(what_is_let_off_needs_a_reason_and_a_quarantine_an_end) {
  BOOST_TEST(complaint("skip: \"a on b: *\", because: why", "skip: \"a on b: *\"") ==
             "gate.yaml:4:5: the key \"because\" is missing");
  BOOST_TEST(complaint("until: 2027-01-31, ", "") == "gate.yaml:6:5: the key \"until\" is missing");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_no_policy) {
  const auto policy = parse_gate_policy("", "gate.yaml");
  BOOST_REQUIRE(!policy.ok());
  BOOST_TEST(policy.error().message.starts_with("gate.yaml:1:1: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
