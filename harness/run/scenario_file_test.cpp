#include "run/scenario_file.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

// A scenario that is right; each test spoils one line of it.
const std::string kRightScenario =
    "summary: a test\n"
    "roles:\n"
    "  writer: { command: [cat], count: 2 }\n"
    "faults:\n"
    "  - { victim: writer, at: \"probe:a\", do: kill }\n"
    "checkers: [progress]\n";

std::string with(const std::string& old_text, const std::string& new_text) {
  std::string text = kRightScenario;
  return text.replace(text.find(old_text), old_text.size(), new_text);
}

std::string complaint(const std::string& text) {
  const auto scenario = parse_scenario(text, "dir/s.yaml");
  return scenario ? "none" : scenario.error().message;
}

std::string with_faults(const std::string& list) {
  const size_t line = kRightScenario.find("faults:");
  std::string text = kRightScenario;
  return text.replace(line, kRightScenario.find("checkers:") - line, "faults: " + list + "\n");
}

std::vector<int> arrivals_of_second_links(const std::string& list) {
  std::vector<int> arrivals;
  const auto scenario = parse_scenario(with_faults(list), "dir/s.yaml");
  BOOST_REQUIRE(scenario.ok());
  for (const FaultLine& line : scenario->faults) arrivals.push_back(line.faults.at(1).arrival);
  return arrivals;
}

BOOST_AUTO_TEST_SUITE(scenario_file)

BOOST_AUTO_TEST_CASE(a_right_one_is_read) {
  const auto scenario = parse_scenario(kRightScenario, "dir/s.yaml");
  BOOST_REQUIRE(scenario.ok());
  BOOST_TEST(scenario->name == "s");
  BOOST_TEST(scenario->roles.front().count == 2);
  BOOST_TEST(to_string(scenario->faults.front().faults) == "writer@probe:a=kill");
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_told_with_its_place_and_the_nearest_one) {
  BOOST_TEST(complaint(with("faults:", "fautls:")) ==
             "dir/s.yaml:4:1: scenario key \"fautls\" not found; did you mean faults?");
}

BOOST_AUTO_TEST_CASE(a_wrong_type_is_told_with_its_place) {
  BOOST_TEST(complaint(with("count: 2", "count: two")) ==
             "dir/s.yaml:3:36: count must be a whole number of at least 1");
}

BOOST_AUTO_TEST_CASE(a_victim_that_is_no_role_is_told) {
  BOOST_TEST(complaint(with("victim: writer", "victim: writter")).find("did you mean writer") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_instance_of_a_role_can_be_a_victim) {
  BOOST_TEST(complaint(with("victim: writer", "victim: writer.2")) == "none");
}

BOOST_AUTO_TEST_CASE(an_error_of_yaml_itself_has_a_place) {
  BOOST_TEST(complaint(with("{ command: [cat]", "{ command: [cat")).rfind("dir/s.yaml:", 0) == 0);
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_told_at_its_beginning) {
  BOOST_TEST(complaint("").rfind("dir/s.yaml:1:1: ", 0) == 0);
}

BOOST_AUTO_TEST_CASE(a_range_of_arrivals_in_a_chain_makes_a_chain_for_each) {
  const std::string chain =
      "[ { chain: [{ victim: writer, at: \"probe:a\", do: stop }, "
      "{ victim: writer, at: \"probe:b\", arrival: [2, 4], do: kill }] } ]";
  BOOST_TEST(arrivals_of_second_links(chain) == (std::vector<int>{2, 3, 4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_run_without_a_fault_may_be_for_some_variants_alone) {
  const auto scenario = parse_scenario(with_faults("[{ do: none, variants: [program] }]"), "dir/s.yaml");
  BOOST_REQUIRE(scenario.ok());
  BOOST_TEST(scenario->faults.front().faults.empty());
  BOOST_TEST(scenario->faults.front().variants == std::vector<std::string>{"program"},
             boost::test_tools::per_element());
  BOOST_TEST(complaint(with_faults("[{ do: none }]")).find("variants") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(other_arrivals_in_a_chain_are_refused) {
  const std::string said = complaint(with_faults(
      "[ { chain: [{ victim: writer, at: \"probe:a\", arrival: { every: 1, up_to: 5 }, do: stop }] } ]"));
  BOOST_TEST(said.find("arrival in a chain is a number, or for one of its links [first, last]") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_instruction_is_no_link_of_a_chain) {
  const std::string said = complaint(
      with_faults("[ { chain: [{ victim: writer, at: \"insn:a..b\", arrival: every, do: kill }] } ]"));
  BOOST_TEST(said.find("arrival: every stands in no chain") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_target_may_have_an_expectation_of_its_own) {
  const std::string expect =
      "expect: { program: { fail: progress, elsewhere: { arm64*: { not_shown: \"why\" }, tsan: pass } } }\n";
  const auto scenario = parse_scenario(kRightScenario + expect, "dir/s.yaml");
  BOOST_REQUIRE(scenario.ok());
  const Expectation& expected = scenario->expect.at(0).second;
  BOOST_TEST(to_string(expectation_on(expected, "native")) == "fail: progress");
  BOOST_TEST(to_string(expectation_on(expected, "arm64-asan")) == "not to be shown");
  BOOST_TEST(to_string(expectation_on(expected, "tsan")) == "pass");
}

BOOST_AUTO_TEST_CASE(a_target_has_one_expectation) {
  const std::string expect =
      "expect: { program: { fail: progress, elsewhere: { tsan: { not_shown: a, elsewhere: { x: pass } } } } "
      "}\n";
  BOOST_TEST(complaint(kRightScenario + expect).find("elsewhere stands in the expectation itself, once") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_mutant_has_a_class_of_mistake_which_is_the_same_elsewhere) {
  const auto scenario = parse_scenario(kRightScenario +
                                           "expect: { program: { fail: progress, class: missing-fence, "
                                           "elsewhere: { arm64*: { not_shown: why } "
                                           "} } }\n",
                                       "dir/s.yaml");
  BOOST_REQUIRE(scenario.ok());
  const Expectation& expected = scenario->expect.at(0).second;
  BOOST_TEST(expectation_on(expected, "native").mistake == "missing-fence");
  BOOST_TEST(expectation_on(expected, "arm64-tsan").mistake == "missing-fence");
}

BOOST_AUTO_TEST_CASE(an_unknown_class_is_told_with_its_place_and_the_nearest_one) {
  BOOST_TEST(complaint(kRightScenario + "expect: { program: { fail: progress, class: mising-fence } }\n") ==
             "dir/s.yaml:7:45: class of mistake \"mising-fence\" not found; did you mean missing-fence?");
}

BOOST_AUTO_TEST_CASE(a_class_is_refused_where_no_mistake_is_planted) {
  for (const std::string expected : {"{ class: data-race }", "{ platform: MX-22, class: data-race }",
                                     "{ fail: progress, because: not ours, class: data-race }"}) {
    const std::string said = complaint(kRightScenario + "expect: { program: " + expected + " }\n");
    BOOST_TEST(said.rfind("dir/s.yaml:7:", 0) == 0);
    BOOST_TEST(said.find("class is of a mutant's mistake") != std::string::npos);
    BOOST_TEST(said.find("leave it out") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_class_is_said_once) {
  BOOST_TEST(complaint(kRightScenario + "expect: { program: { fail: progress, class: data-race, elsewhere: { "
                                        "tsan: { not_shown: why, class: data-race } } } }\n")
                 .find("class stands in the expectation itself, once") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
