#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(no_lost_update)

namespace {

using namespace literals;

std::vector<Finding> findings(const History& history) {
  return findings_of("no_lost_update", case_of({}), history);
}

std::string judged(const History& history) { return told(findings(history)); }

Event begun(const std::string& role) { return invoke(role, "update"); }
Event counted(const std::string& role, int64_t value) { return ok(role, "update", 0, value); }

BOOST_AUTO_TEST_CASE(passes_when_each_update_adds_one) {
  BOOST_TEST(judged(numbered({begun("a"), counted("a", 1), begun("b"), counted("b", 2), begun("a"),
                              counted("a", 3), observed("b", "final", {0, 3})})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_value_comes_twice) {
  const History history = numbered({begun("a"), begun("b"), counted("a", 1), counted("b", 1)});
  BOOST_TEST(judged(history) == "fail: an update of counter 0 was lost: a and b both brought it to 1");
  BOOST_TEST(findings(history).at(0).events == (std::vector<int>{2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(fails_when_a_value_goes_back) {
  BOOST_TEST(judged(numbered(
                 {begun("a"), counted("a", 1), begun("a"), counted("a", 3), begun("b"), counted("b", 2)})) ==
             "fail: counter 0 went back: b brought it to 2 after a had brought it to 3");
}

BOOST_AUTO_TEST_CASE(updates_that_overlap_may_answer_in_any_order) {
  BOOST_TEST(judged(numbered({begun("a"), begun("b"), counted("b", 2), counted("a", 1)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_value_is_skipped) {
  BOOST_TEST(judged(numbered({begun("a"), counted("a", 1), begun("b"), counted("b", 3)})) ==
             "fail: counter 0 went from 1 to 3 by b's update, and no unfinished update explains it");
  BOOST_TEST(judged(numbered({begun("a"), counted("a", 2)})).starts_with("fail: counter 0 went from 0 to 2"));
}

BOOST_AUTO_TEST_CASE(fails_below_the_first_value) {
  BOOST_TEST(judged(numbered({begun("a"), counted("a", 0)})) ==
             "fail: a brought counter 0 to 0, below its first value 1");
}

BOOST_AUTO_TEST_CASE(an_update_that_its_process_did_not_live_to_finish_may_count_or_not) {
  BOOST_TEST(judged(numbered({begun("a"), killed("a"), begun("b"), counted("b", 1)})) == "");
  BOOST_TEST(judged(numbered({begun("a"), killed("a"), begun("b"), counted("b", 2)})) == "");
  BOOST_TEST(judged(numbered(
                 {begun("a"), killed("a"), begun("b"), counted("b", 1), begun("b"), counted("b", 3)})) == "");
}

BOOST_AUTO_TEST_CASE(an_unfinished_update_counts_once_at_most) {
  BOOST_TEST(
      judged(numbered({begun("a"), killed("a"), begun("b"), counted("b", 2), begun("b"), counted("b", 4)})) ==
      "fail: counter 0 went from 2 to 4 by b's update, and no unfinished update explains it");
}

BOOST_AUTO_TEST_CASE(an_unfinished_update_explains_nothing_before_it_began) {
  BOOST_TEST(judged(numbered({begun("b"), counted("b", 2), begun("a"), killed("a")})).starts_with("fail: "));
}

BOOST_AUTO_TEST_CASE(an_update_that_answers_info_may_count_or_not_and_one_that_failed_may_not) {
  const Event unsure = info("a", "update");
  const Event failure = failed("a", "update", 0, 5);
  BOOST_TEST(judged(numbered({begun("a"), unsure, begun("b"), counted("b", 2)})) == "");
  BOOST_TEST(judged(numbered({begun("a"), failure, begun("b"), counted("b", 2)})).starts_with("fail: "));
}

BOOST_AUTO_TEST_CASE(fails_on_fields_that_differ) {
  BOOST_TEST(judged(numbered({observed("a", "fields", {1, 1, 1}), observed("b", "fields", {2, 2, 1})})) ==
             "fail: b saw a record half-updated: its fields were [2,2,1], and should be equal");
}

BOOST_AUTO_TEST_CASE(passes_on_equal_fields_alone) {
  BOOST_TEST(judged(numbered({observed("a", "fields", {4, 4, 4, 4})})) == "");
}

BOOST_AUTO_TEST_CASE(the_last_value_lies_between_the_finished_and_the_begun_updates) {
  const auto with_final = [](int64_t value) {
    return judged(
        numbered({begun("a"), counted("a", 1), begun("b"), killed("b"), observed("a", "final", {0, value})}));
  };
  BOOST_TEST(with_final(0) == "fail: a read 0 as the last value of counter 0, but its updates make 1 to 2");
  BOOST_TEST(with_final(1) == "");
  BOOST_TEST(with_final(2) == "");
  BOOST_TEST(with_final(3) == "fail: a read 3 as the last value of counter 0, but its updates make 1 to 2");
}

BOOST_AUTO_TEST_CASE(each_counter_is_judged_on_its_own) {
  BOOST_TEST(judged(numbered({ok("a", "update", 1, 1), ok("a", "update", 2, 1)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_was_updated) {
  const std::string nothing =
      "inconclusive: no finished update and no observed fields were recorded, so nothing could be judged";
  BOOST_TEST(judged({}) == nothing);
  BOOST_TEST(judged(numbered({begun("a"), killed("a"), observed("b", "final", {0, 0})})) == nothing);
}

BOOST_AUTO_TEST_CASE(lost_operations_explain_a_gap_but_no_repeated_value) {
  BOOST_TEST(
      judged(numbered({counted("a", 1), lost("operations"), counted("b", 9), observed("b", "final", {0, 9})}))
          .starts_with("inconclusive: some operations were not recorded"));
  BOOST_TEST(judged(numbered({counted("a", 1), lost("operations"), counted("b", 1)})) ==
             "fail: an update of counter 0 was lost: a and b both brought it to 1");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
