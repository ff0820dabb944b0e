// Which model programs stand in for the cases of a scenario.
#include "run/model_mode.h"

#include <filesystem>

#include <boost/test/unit_test.hpp>

#include "record/temporary_folder.h"

namespace harness {

BOOST_AUTO_TEST_SUITE(model_mode)

namespace {

// This test program says of itself what it explores, and so stands in for a model program.
#define EXPLORES(NAME) \
  __asm__(".pushsection harness_modes,\"a\",%progbits\n\t.asciz \"" NAME "\"\n\t.popsection")
EXPLORES("all-executions");
EXPLORES("deaths");

// A folder of a subject whose variant `ring` has a model program.
struct Subject {
  TemporaryFolder folder;
  std::filesystem::path path = folder.path();

  Subject() {
    std::filesystem::create_directories(path / "model");
    std::filesystem::create_symlink("/proc/self/exe", path / "model" / "ring");
  }

  Case planned(const std::string& variant, bool is_mutant = false) const {
    Case one{.id = "s/model/" + variant + "/no-fault",
             .scenario = "s",
             .mechanism = "shm-ring",
             .target = "model",
             .variant = variant,
             .mutant = is_mutant};
    one.roles = {{.name = "producer", .command = {(path / "correct" / variant).string(), "producer"}},
                 {.name = "consumer", .command = {(path / "correct" / variant).string(), "consumer"}}};
    one.checkers = {{.name = "progress"}};
    return one;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_exploration_of_a_model_program_is_a_case_in_place_of_all_others) {
  const Subject subject;
  Plan plan{.cases = {subject.planned("ring"), subject.planned("ring")}};
  plan.cases[1].faults = {Fault{.victim = "producer"}};
  put_models_in_place(plan, "model");
  BOOST_REQUIRE(plan.cases.size() == 2U);
  BOOST_TEST(plan.cases[0].id == "s/model/ring/all-executions");
  BOOST_TEST(plan.cases[1].id == "s/model/ring/deaths");
  const Case& one = plan.cases[1];
  BOOST_TEST(one.mode == "model");
  BOOST_TEST(one.faults.empty());
  BOOST_REQUIRE(one.roles.size() == 1U);
  const std::vector<std::string> command = {(subject.path / "model" / "ring").string(), "--explore",
                                            "deaths"};
  BOOST_TEST(one.roles[0].command == command, boost::test_tools::per_element());
  BOOST_REQUIRE(one.checkers.size() == 1U);
  BOOST_TEST(one.checkers[0].name == "model_clean");
  BOOST_TEST(plan.notes.empty());
}

BOOST_AUTO_TEST_CASE(a_variant_without_a_model_program_is_left_out_by_name) {
  const Subject subject;
  Plan plan{.cases = {subject.planned("ring"), subject.planned("other")}};
  put_models_in_place(plan, "model");
  BOOST_TEST(plan.cases.size() == 2U);
  BOOST_REQUIRE(plan.notes.size() == 1U);
  BOOST_TEST(plan.notes[0] == "s on model: without a model program: other");
}

BOOST_AUTO_TEST_CASE(a_scenario_without_any_is_skipped) {
  const Subject subject;
  Plan plan{.cases = {subject.planned("other"), subject.planned("third")}};
  put_models_in_place(plan, "model");
  BOOST_TEST(plan.cases.empty());
  BOOST_REQUIRE(plan.notes.size() == 1U);
  BOOST_TEST(plan.notes[0] == "s on model: skipped: none of its variants has a model program");
}

BOOST_AUTO_TEST_CASE(other_targets_keep_their_cases) {
  const Subject subject;
  Plan plan{.cases = {subject.planned("ring")}};
  plan.cases[0].target = "native";
  put_models_in_place(plan, "model");
  BOOST_REQUIRE(plan.cases.size() == 1U);
  BOOST_TEST(plan.cases[0].mode == "");
  BOOST_TEST(plan.cases[0].roles.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_mutant_is_to_be_caught_where_its_scenario_says_so) {
  const Subject subject;
  Plan plan{.cases = {subject.planned("ring", true)}};
  plan.cases[0].expected = {.outcome = Expectation::Outcome::fail, .checker = "model_clean"};
  put_models_in_place(plan, "model");
  BOOST_CHECK(plan.cases.at(0).expected.outcome == Expectation::Outcome::fail);

  plan = {.cases = {subject.planned("ring", true)}};
  plan.cases[0].expected = {
      .outcome = Expectation::Outcome::fail, .checker = "progress", .mistake = "torn-state"};
  put_models_in_place(plan, "model");
  BOOST_CHECK(plan.cases.at(0).expected.outcome == Expectation::Outcome::not_shown);
  BOOST_TEST(plan.cases.at(0).expected.mistake == "torn-state");
}

BOOST_AUTO_TEST_CASE(what_a_scenario_says_of_the_model_itself_is_the_reason_there) {
  const Subject subject;
  Plan plan{.cases = {subject.planned("ring", true)}};
  plan.cases[0].expected = {
      .outcome = Expectation::Outcome::not_shown, .because = "RC11 forbids it", .target = "model"};
  put_models_in_place(plan, "model");
  BOOST_TEST(plan.cases.at(0).expected.because == "RC11 forbids it");

  plan = {.cases = {subject.planned("ring", true)}};
  plan.cases[0].expected = {.outcome = Expectation::Outcome::not_shown, .because = "x86-64 keeps it"};
  put_models_in_place(plan, "model");
  BOOST_TEST(plan.cases.at(0).expected.because == "its scenario says nothing of what the model shows of it");
}

BOOST_AUTO_TEST_CASE(each_step_of_the_failing_execution_is_an_event_of_its_thread) {
  History history = {
      {.time_ns = 40,
       .role = "model",
       .pid = 7,
       .kind = EventKind::output,
       .name = "stdout",
       .data = {
           {"text",
            "a trace\n"
            R"({"model":{"failure":{"choices":"01","steps":[)"
            R"({"thread":"producer","kind":"store","place":"head","order":"relaxed","value":1,"text":"head = 1"},)"
            R"({"thread":"consumer","kind":"load","place":"head","order":"acquire","value":1,"from":0,"text":"head -> 1"}]}}})"
            "\n"}}}};
  tell_steps(history);
  BOOST_REQUIRE(history.size() == 3U);
  BOOST_TEST(history[0].data["text"] == "a trace\n{\"model\":{\"failure\":{\"choices\":\"01\"}}}\n");
  const Event& load = history[2];
  BOOST_CHECK(load.kind == EventKind::note);
  BOOST_TEST(load.name == "step");
  BOOST_TEST(load.role == "consumer");
  BOOST_TEST(load.pid == 7);
  BOOST_TEST(load.time_ns > history[1].time_ns);
  BOOST_TEST(load.data["step"] == 1);
  BOOST_TEST(load.data["from"] == 0);
  BOOST_TEST(load.data["text"] == "head -> 1");
}

BOOST_AUTO_TEST_CASE(output_without_steps_stays_as_it_is) {
  const History history = {
      {.kind = EventKind::output, .name = "stdout", .data = {{"text", "{\"model\":{}}"}}},
      {.kind = EventKind::output, .name = "stdout", .data = {{"text", "{\"model\":{"}}}};
  History same = history;
  tell_steps(same);
  BOOST_REQUIRE(same.size() == 2U);
  BOOST_TEST(same[0].data == history[0].data);
  BOOST_TEST(same[1].data == history[1].data);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
