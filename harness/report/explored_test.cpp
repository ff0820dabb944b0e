// What reports show of an exploration: how far it came, and the trace of what is wrong.
#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"
#include "report/story.h"

namespace harness {

BOOST_AUTO_TEST_SUITE(explored)

namespace {

const std::string kTrace = "producer   consumer\nhead = 1\n           head -> 1\n";
const std::string kTold =
    R"({"model":{"exploration":"deaths","bound":{"deaths":1,"items":3},"executions":2,"states":2,"complete":false,)"
    R"("failure":{"kind":"deadlock","message":"deadlock: all wait","choices":"0011"}}})";

RunRecord explored_record() {
  Case one = sample_case("waits-for-ever", false, kExpectPass);
  one.id = "s/model/waits-for-ever/deaths";
  one.mode = "model";
  one.faults.clear();
  const Finding found = {
      .checker = "model_clean", .verdict = Verdict::fail, .message = "deadlock: all wait", .events = {0}};
  const History history = {{.index = 0,
                            .role = "model",
                            .kind = EventKind::output,
                            .name = "stdout",
                            .data = {{"text", kTrace + kTold + "\n"}}}};
  return record_of({.seed = 7, .cases = {one}, .notes = {}},
                   {sample_result(one, Verdict::fail, {found}, false)}, {{one.id, history}});
}

std::string rendered(const char* format) {
  return ReportFormats::instance().find(format)->render(explored_record());
}

}  // namespace

BOOST_AUTO_TEST_CASE(report_json_has_the_bound_and_the_choices_of_the_failure) {
  const auto report = nlohmann::json::parse(rendered("json"));
  const nlohmann::json& told = report["scenarios"][0]["cases"][0]["explored"];
  BOOST_TEST(
      told ==
      nlohmann::json::parse(
          R"({"bound":{"deaths":1,"items":3},"executions":2,"states":2,"complete":false,"choices":"0011"})"));
}

BOOST_AUTO_TEST_CASE(a_summary_has_a_table_of_them) {
  BOOST_TEST(
      rendered("markdown")
          .find("| crash-in-lock | waits-for-ever | deaths | 1 deaths, 3 items | 2 | 2 | deadlock found |") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_story_is_the_trace_with_a_column_for_each_thread) {
  const RunRecord record = explored_record();
  const Case& one = record.plan.cases[0];
  const std::string text = case_story(one, record.histories.at(one.id), record.results[0]);
  BOOST_TEST(text.find("  producer   consumer\n  head = 1\n             head -> 1\n") != std::string::npos);
  BOOST_TEST(text.find("\"model\"") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
