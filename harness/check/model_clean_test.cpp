// What a model program says of its exploration, and what is made of it.
#include <boost/test/unit_test.hpp>

#include "check/checker.h"
#include "check/explored.h"

namespace harness {

BOOST_AUTO_TEST_SUITE(model_clean)

namespace {

Case model_case() {
  Case one{.id = "s/model/v/all-executions", .mode = "model"};
  one.roles = {{.name = "model", .command = {"subjects/ring/model/v", "--explore", "all-executions"}}};
  one.checkers = {{.name = "model_clean"}};
  return one;
}

Event said(const std::string& text) {
  return {.index = 3, .role = "model", .kind = EventKind::output, .name = "stdout", .data = {{"text", text}}};
}

std::vector<Finding> found_in(const History& history, const Case& one = model_case()) {
  return Checkers::instance().find("model_clean")->check(one, history, nlohmann::json::object());
}

Verdict verdict_of(const History& history) {
  const std::vector<Finding> findings = found_in(history);
  return findings.empty() ? Verdict::pass : findings.front().verdict;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_executions_and_nothing_wrong_is_a_pass) {
  const History history = {
      said(R"({"model":{"bound":{"items":4,"slots":2},"complete":true,"executions":103628}})"
           "\n")};
  BOOST_CHECK(verdict_of(history) == Verdict::pass);
  const auto explored = explored_in(history);
  BOOST_REQUIRE(explored.has_value());
  BOOST_TEST(explored->executions == 103628U);
  BOOST_TEST(bound_words(explored->bound) == "4 items, 2 slots");
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_with_its_kind_and_how_to_see_it_again) {
  const auto findings =
      found_in({said("producer  consumer\nhead = 1\n"
                     R"({"model":{"complete":false,"executions":2,"failure":{"kind":"data race",)"
                     R"("message":"data race: consumer reads slot","choices":"0010"}}})")});
  BOOST_REQUIRE(findings.size() == 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::fail);
  BOOST_TEST(findings[0].message ==
             "data race: consumer reads slot, in execution 2; its trace: subjects/ring/model/v --explore "
             "all-executions --choices '0010'");
  BOOST_TEST(findings[0].events == std::vector<int>{3}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_steps_that_show_a_failure_are_its_evidence) {
  const auto step = [](int index, int number) {
    return Event{.index = index,
                 .role = "producer",
                 .kind = EventKind::note,
                 .name = "step",
                 .data = {{"step", number}}};
  };
  const auto findings = found_in(
      {said(
           R"({"model":{"failure":{"kind":"data race","message":"data race: a","choices":"0","evidence":[0,2]}}})"),
       step(4, 0), step(5, 1), step(6, 2)});
  BOOST_REQUIRE(findings.size() == 1U);
  const std::vector<int> wanted = {4, 6};
  BOOST_TEST(findings[0].events == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_program_requires_is_told_as_violated) {
  const auto findings = found_in({said(
      R"({"model":{"executions":2,"failure":{"kind":"violated","message":"a torn pair","choices":"0"}}})")});
  BOOST_REQUIRE(findings.size() == 1U);
  BOOST_TEST(findings[0].message.starts_with("violated: a torn pair, in execution 2"));
}

BOOST_AUTO_TEST_CASE(an_exploration_that_was_cut_short_is_no_pass) {
  BOOST_CHECK(verdict_of({said(R"({"model":{"complete":false,"executions":5}})")}) == Verdict::inconclusive);
  BOOST_CHECK(verdict_of({said(R"({"model":{"complete":false,"executions":5,"endless":2}})")}) ==
              Verdict::inconclusive);
  BOOST_CHECK(verdict_of({said(R"({"model":{"complete":true,"executions":0}})")}) == Verdict::inconclusive);
}

BOOST_AUTO_TEST_CASE(a_program_that_said_nothing_is_no_pass) {
  BOOST_CHECK(verdict_of({}) == Verdict::inconclusive);
  BOOST_CHECK(verdict_of({said("usage: --explore")}) == Verdict::inconclusive);
  BOOST_CHECK(verdict_of({said(R"({"model":{"complete":tr)")}) == Verdict::inconclusive);
  const Event killed{
      .index = 1, .role = "model", .kind = EventKind::ended, .name = "signal", .data = {{"signal", 11}}};
  const auto findings = found_in({killed});
  BOOST_REQUIRE(findings.size() == 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::inconclusive);
  BOOST_TEST(findings[0].message.find("signal 11") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_a_case_that_is_no_model_it_says_nothing) {
  Case native = model_case();
  native.mode = "";
  BOOST_TEST(found_in({}, native).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
