#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"
#include "report/viewer.h"

using namespace harness;

namespace {

const ReportFormat& html() { return *ReportFormats::instance().find("html"); }

// What stands in the page where the viewer expects the run.
nlohmann::json data_of(const std::string& page) {
  const std::string_view empty = viewer_page();
  const size_t before = empty.find(kRunPlace);
  const size_t after = empty.size() - before - kRunPlace.size();
  return nlohmann::json::parse(page.substr(before, page.size() - before - after));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html_report)

BOOST_AUTO_TEST_CASE(the_page_has_one_place_for_the_run) {
  const size_t place = viewer_page().find(kRunPlace);
  BOOST_REQUIRE(place != std::string_view::npos);
  BOOST_TEST(viewer_page().find(kRunPlace, place + 1) == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_surprise_comes_with_its_timeline_and_its_wait_for_picture) {
  const nlohmann::json data = data_of(html().render(surprising_record()));
  BOOST_TEST(data["run"]["headline"] == "Fail: 4 variants not as expected");
  BOOST_TEST(data["cases"][1]["surprise"] == true);
  BOOST_TEST(data["pictures"]["1"]["lanes"].size() == 2U);
  BOOST_TEST(data["pictures"]["1"]["wait"]["nodes"][0]["label"] == "waiter.1");
  BOOST_TEST(data["left_out"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_case_of_which_only_a_part_is_known_gets_no_picture) {
  RunRecord record = quiet_record();
  record.histories.begin()->second = {kDeadlockHistory[4]};
  const nlohmann::json data = data_of(html().render(record));
  BOOST_TEST(data["cases"].size() == 3U);
  BOOST_TEST(data["pictures"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_that_a_subject_prints_ends_the_script) {
  RunRecord record = surprising_record();
  History& history = record.histories.begin()->second;
  history.push_back({.index = 10,
                     .role = "owner",
                     .pid = 11,
                     .tid = 11,
                     .kind = EventKind::output,
                     .name = "stderr",
                     .data = {{"text", "</script><script>alert(1)</script><!-- \xff"}}});
  const std::string page = html().render(record);
  BOOST_TEST(page.find("<script>alert") == std::string::npos);
  BOOST_TEST(data_of(page)["pictures"]["1"]["output"][0]["role"] == "owner");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_left_out_and_what_matters_is_kept) {
  RunRecord record = surprising_record();
  History longer;
  for (int i = 0; i < 15'000; ++i) {
    longer.push_back({.index = i,
                      .time_ns = i,
                      .role = "owner",
                      .pid = 11,
                      .tid = 11,
                      .kind = EventKind::observed,
                      .name = "a-name-that-takes-some-room-in-the-page",
                      .data = {{"values", {i, i, i, i}}}});
  }
  const Case first = record.plan.cases.front();
  for (int i = 0; i < 12; ++i) {
    Case copy = first;
    copy.id += "/r" + std::to_string(i + 2);
    record.histories[copy.id] = longer;
    record.results.push_back(sample_result(copy, Verdict::pass, {}, true));
    record.plan.cases.insert(record.plan.cases.begin(), copy);
  }
  const std::string page = html().render(record);
  const nlohmann::json data = data_of(page);
  BOOST_TEST(page.size() < 10U << 20U);
  BOOST_TEST(data["pictures"].size() > 1U);
  BOOST_TEST(data["pictures"].size() < 13U);
  BOOST_TEST(data["pictures"].contains("13"));  // the surprise, though it is planned after them
}

BOOST_AUTO_TEST_SUITE_END()
