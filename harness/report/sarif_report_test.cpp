#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"

using namespace harness;

namespace {

nlohmann::json results_of(const RunRecord& record) {
  const std::string text = ReportFormats::instance().find("sarif")->render(record);
  return nlohmann::json::parse(text)["runs"][0]["results"];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sarif_report)

BOOST_AUTO_TEST_CASE(what_a_sanitizer_saw_stands_at_its_line_of_code) {
  Case one = sample_case("robust", false, kExpectPass);
  const History history = {
      {.index = 0,
       .role = "owner",
       .kind = EventKind::output,
       .name = "stderr",
       .data = {
           {"text",
            "SUMMARY: AddressSanitizer: heap-use-after-free ../../subjects/ring/ring.h:12 in recover\n"}}}};
  const Finding finding = {
      .checker = "sanitizer_clean",
      .verdict = Verdict::fail,
      .message = "owner: AddressSanitizer: heap-use-after-free at subjects/ring/ring.h:12 in recover",
      .events = {0}};
  const auto results =
      results_of(record_of({.seed = 1, .cases = {one}, .notes = {}},
                           {sample_result(one, Verdict::fail, {finding}, false)}, {{one.id, history}}));
  BOOST_REQUIRE_EQUAL(results.size(), 1U);
  const nlohmann::json& place = results[0]["locations"][0]["physicalLocation"];
  BOOST_TEST(place["artifactLocation"]["uri"] == "subjects/ring/ring.h");
  BOOST_TEST(place["region"]["startLine"] == 12);
}

BOOST_AUTO_TEST_CASE(any_other_finding_stands_at_its_scenario_and_a_missed_mutant_is_one) {
  const auto results = results_of(surprising_record());
  bool has_missed = false;
  for (const nlohmann::json& result : results) {
    has_missed = has_missed || result["ruleId"] == "not_as_expected";
    BOOST_TEST(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] ==
               "scenarios/crash-in-lock/scenario.yaml");
  }
  BOOST_TEST(has_missed);
}

BOOST_AUTO_TEST_SUITE_END()
