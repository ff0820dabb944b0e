#include <fmt/format.h>

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

const std::string kRan = "ran signal=10 pid=7 handler=(note ../../subjects/x.cpp:3)\n";

// A call with its number, and how many frames of it follow.
struct Told {
  std::string word = "unsafe";
  std::string interrupted = "-";
  int pid = 7;
  int call = 1;
  int frames = 0;
  std::string stack = "whole";
};

std::string line_of(const Told& told) {
  return fmt::format(
      "{} function=printf family=stdio signal=10 pid={} call={} frames={} stack={} interrupted={} "
      "handler=(note ../../subjects/x.cpp:3) caller=(print ../../subjects/x.cpp:4) at=(/lib/libc.so+0x1)\n",
      told.word, told.pid, told.call, told.frames, told.stack, told.interrupted);
}

std::string frame(int call, const std::string& place, int pid = 7) {
  return fmt::format("frame call={} pid={} place=({})\n", call, pid, place);
}

using Callers = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(is_content_with_a_handler_that_calls_nothing_unsafe) { BOOST_TEST(found(kRan).empty()); }

BOOST_AUTO_TEST_CASE(is_inconclusive_when_no_handler_ran) {
  const auto findings = findings_of("signal_safety", kPlan, numbered({reached("program", "work")}));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST((findings.front().verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(names_a_call_with_its_places_and_what_was_interrupted) {
  const auto findings = found(kRan + line_of({.interrupted = "malloc"}));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST((findings.front().verdict == Verdict::fail));
  BOOST_TEST(findings.front().message ==
             "program (process 7) calls printf (stdio) at print subjects/x.cpp:4 in the handler of SIGUSR1 "
             "(note subjects/x.cpp:3); it interrupted malloc at /lib/libc.so+0x1: undefined behaviour");
}

BOOST_AUTO_TEST_CASE(says_that_posix_allows_a_call_that_interrupted_nothing_unsafe) {
  const auto findings = found(line_of({}));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST((findings.front().verdict == Verdict::fail));
  BOOST_TEST(findings.front().message.find("which POSIX allows") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tells_a_call_after_a_jump_out_of_an_unsafe_function) {
  const auto findings = found(line_of({.word = "jumped", .interrupted = "qsort", .stack = "left"}));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST(findings.front().message.ends_with(
      "(note subjects/x.cpp:3) was left by a jump out of qsort: undefined behaviour"));
}

BOOST_AUTO_TEST_CASE(makes_one_finding_of_the_same_call_twice) {
  BOOST_TEST(found(line_of({}) + line_of({.interrupted = "malloc"})).size() == 1U);
}

BOOST_AUTO_TEST_CASE(takes_no_line_that_is_cut_off) {
  BOOST_TEST(handler_reports("unsafe function=printf family=std").empty());
}

// --- the calls around one -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(names_the_callers_from_the_call_out_to_the_handler) {
  const auto findings = found(line_of({.frames = 2}) + frame(1, "helper ../../subjects/x.cpp:9") +
                              frame(1, "note ../../subjects/x.cpp:14"));
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  const std::string& message = findings.front().message;
  BOOST_TEST(message.find("in the handler of SIGUSR1 (note subjects/x.cpp:3), called by helper "
                          "subjects/x.cpp:9, by note subjects/x.cpp:14; this time") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(makes_two_findings_of_a_call_that_two_ways_lead_to) {
  const std::string one = line_of({.call = 1, .frames = 1}) + frame(1, "helper x.cpp:9");
  const std::string other = line_of({.call = 2, .frames = 1}) + frame(2, "helper x.cpp:10");
  BOOST_TEST(found(one + other).size() == 2U);
}

BOOST_AUTO_TEST_CASE(says_what_is_missing_of_the_callers) {
  const std::vector<std::pair<std::string, std::string>> words = {
      {"longer", "called by f x.cpp:9, and more calls further out; this time"},
      {"unreadable", "called by f x.cpp:9, and what is further out is not known: no unwind data there; this"},
      {"no-room", "x.cpp:9, and what is further out was not read: its alternate stack is nearly full; this"},
  };
  for (const auto& [stack, expected] : words) {
    const auto findings = found(line_of({.frames = 1, .stack = stack}) + frame(1, "f x.cpp:9"));
    BOOST_REQUIRE_EQUAL(findings.size(), 1U);
    BOOST_TEST(findings.front().message.find(expected) != std::string::npos, findings.front().message);
  }
}

BOOST_AUTO_TEST_CASE(says_that_callers_are_missing_where_the_log_was_full) {
  const auto findings = found(line_of({.frames = 2}) + frame(1, "f x.cpp:9") + "frame call=1 pid=7 pla");
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_TEST(findings.front().message.find("called by f x.cpp:9, and what is further out is missing") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(puts_frames_that_interleave_together_by_process_and_number) {
  const auto reports = handler_reports(line_of({.call = 1, .frames = 2}) +            //
                                       line_of({.call = 2, .frames = 1}) +            //
                                       line_of({.pid = 8, .call = 1, .frames = 1}) +  //
                                       frame(1, "a x:1") + frame(2, "b x:2") +        //
                                       frame(1, "c x:3", 8) + frame(1, "d x:4"));
  BOOST_REQUIRE_EQUAL(reports.size(), 3U);
  BOOST_TEST(reports[0].callers == (Callers{"a x:1", "d x:4"}), boost::test_tools::per_element());
  BOOST_TEST(reports[1].callers == Callers{"b x:2"}, boost::test_tools::per_element());
  BOOST_TEST(reports[2].callers == Callers{"c x:3"}, boost::test_tools::per_element());
  for (const HandlerReport& report : reports) BOOST_TEST(report.stack == "whole");
}

BOOST_AUTO_TEST_CASE(takes_no_frame_of_a_call_that_is_not_there_or_has_all_of_its_own) {
  const auto reports =
      handler_reports(frame(5, "a x:1") + line_of({.call = 1, .frames = 1}) + line_of({.call = 2}) +
                      frame(1, "b x:2") + frame(1, "c x:3") + frame(2, "d x:4") + frame(1, "e x:5", 8));
  BOOST_REQUIRE_EQUAL(reports.size(), 2U);
  BOOST_TEST(reports[0].callers == Callers{"b x:2"}, boost::test_tools::per_element());
  BOOST_TEST(reports[1].callers.empty());
}

BOOST_AUTO_TEST_CASE(gives_frames_to_the_last_of_two_calls_with_the_same_number) {  // of a process after exec
  const auto reports = handler_reports(line_of({.frames = 2}) + frame(1, "a x:1") + line_of({.frames = 1}) +
                                       frame(1, "b x:2"));
  BOOST_REQUIRE_EQUAL(reports.size(), 2U);
  BOOST_TEST(reports[0].callers == Callers{"a x:1"}, boost::test_tools::per_element());
  BOOST_TEST(reports[0].stack == "cut");
  BOOST_TEST(reports[1].callers == Callers{"b x:2"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
