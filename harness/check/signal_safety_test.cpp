#include <boost/test/unit_test.hpp>

#include "check/handler_report.h"
#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(signal_safety)

namespace {

using namespace literals;

const Case kPlan = case_of({"program"});

Event of_handlers(const std::string& text) {
  return event(EventKind::output, "program", "handlers", {{"text", text}});
}

std::vector<Finding> found(const std::string& text) {
  return findings_of("signal_safety", kPlan, numbered({of_handlers(text)}));
}

const std::string kRan = "ran signal=10 pid=7 tid=7 handler=(note ../../subjects/x.cpp:3)\n";

std::string call_line(const std::string& word, const std::string& interrupted) {
  return word + " function=printf family=stdio signal=10 pid=7 tid=7 interrupted=" + interrupted +
         " handler=(note ../../subjects/x.cpp:3) caller=(note ../../subjects/x.cpp:4) "
         "at=(/lib/libc.so+0x1)\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_content_with_a_handler_that_calls_nothing_unsafe) { BOOST_TEST(found(kRan).empty()); }

BOOST_AUTO_TEST_CASE(is_inconclusive_when_no_handler_ran) {
  const auto findings = findings_of("signal_safety", kPlan, numbered({reached("program", "work")}));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST((findings.front().verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(names_a_call_with_its_places_and_what_was_interrupted) {
  const auto findings = found(kRan + call_line("unsafe", "malloc"));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST((findings.front().verdict == Verdict::fail));
  BOOST_TEST(findings.front().message ==
             "program (process 7) calls printf (stdio) at note subjects/x.cpp:4 in the handler of SIGUSR1 "
             "(note subjects/x.cpp:3); it interrupted malloc at /lib/libc.so+0x1: undefined behaviour");
}

BOOST_AUTO_TEST_CASE(says_that_posix_allows_a_call_that_interrupted_nothing_unsafe) {
  const auto findings = found(call_line("unsafe", "-"));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST((findings.front().verdict == Verdict::fail));
  BOOST_TEST(findings.front().message.find("which POSIX allows") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tells_a_call_after_a_jump_out_of_an_unsafe_function) {
  const auto findings = found(call_line("jumped", "qsort"));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST(findings.front().message.find("was left by a jump out of qsort") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(makes_one_finding_of_the_same_call_twice) {
  BOOST_TEST(found(call_line("unsafe", "-") + call_line("unsafe", "malloc")).size() == 1U);
}

BOOST_AUTO_TEST_CASE(takes_no_line_that_is_cut_off) {
  BOOST_TEST(handler_reports("unsafe function=printf family=std").empty());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
