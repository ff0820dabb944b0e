#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(answers)

namespace {

using namespace literals;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history, const nlohmann::json& options) {
  return told(findings_of("answers", kPlan, history, options));
}

Event answered(const std::string& name, int64_t value) { return observed("writer", name, {value}); }

BOOST_AUTO_TEST_CASE(passes_when_every_answer_is_as_the_scenario_says) {
  BOOST_TEST(judged(numbered({answered("room", 16), answered("full", 11)}),
                    {{"room", 16}, {"full", "EAGAIN"}}) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_one_answer_is_another) {
  BOOST_TEST(judged(numbered({answered("full", 11), answered("full", 32)}), {{"full", "EAGAIN"}}) ==
             "fail: writer: full was answered EPIPE, and should be EAGAIN");
  BOOST_TEST(judged(numbered({answered("room", 15)}), {{"room", 16}}) ==
             "fail: writer: room was answered 15, and should be 16");
}

BOOST_AUTO_TEST_CASE(takes_any_of_a_list) {
  BOOST_TEST(judged(numbered({answered("end", 104)}), {{"end", {0, "ECONNRESET"}}}) == "");
  BOOST_TEST(judged(numbered({answered("end", 5)}), {{"end", {0, "ECONNRESET"}}}) ==
             "fail: writer: end was answered EIO, and should be 0 or ECONNRESET");
}

BOOST_AUTO_TEST_CASE(fails_when_something_is_told_that_should_never_come) {
  BOOST_TEST(judged(numbered({reached("writer", "link.open")}), {{"interrupted", "never"}}) == "");
  BOOST_TEST(judged(numbered({answered("interrupted", 4)}), {{"interrupted", "never"}}) ==
             "fail: writer told interrupted (4), which should never come");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_tells) {
  BOOST_TEST(judged(numbered({answered("room", 16)}), {{"full", "EAGAIN"}}) ==
             "inconclusive: nobody told full");
}

BOOST_AUTO_TEST_CASE(does_not_hear_what_is_told_in_the_clean_up) {
  BOOST_TEST(judged(numbered({deadlock(), answered("room", 3)}), {{"room", 16}}) ==
             "inconclusive: nobody told room");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_answer) {
  const Checker& checker = *Checkers::instance().find("answers");
  for (const char* text : {"{}", "[]", "{\"a\": {}}", "{\"a\": \"EWHAT\"}", "{\"a\": []}", "{\"a\": 1.5}"}) {
    BOOST_TEST(!checker.accepts(nlohmann::json::parse(text)).ok(), text);
  }
  BOOST_TEST(checker.accepts(nlohmann::json::parse(R"({"a": ["EPIPE", 3], "b": "never"})")).ok());
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
