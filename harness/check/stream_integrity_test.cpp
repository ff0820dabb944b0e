#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(stream_integrity)

namespace {

using namespace literals;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history) { return told(findings_of("stream_integrity", kPlan, history)); }

Event sent(int64_t id) { return ok("writer", "send", id, 40); }
Event received(int64_t id, int64_t length = 40) { return ok("reader", "receive", id, length); }
Event end(int64_t is_at_boundary = 1) { return observed("reader", "eof", {is_at_boundary}); }

BOOST_AUTO_TEST_CASE(passes_when_all_comes_whole_once_and_in_order) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), received(1), sent(1), invoke("writer", "send", 2),
                              sent(2), received(2), end()})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_an_acknowledged_record_is_missing_at_the_end) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), invoke("writer", "send", 2), sent(2),
                              received(1), end()})) ==
             "fail: 1 of 2 acknowledged records never came, though reader saw the end: record 2");
}

BOOST_AUTO_TEST_CASE(demands_nothing_of_a_reader_that_did_not_live_to_the_end) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), invoke("writer", "send", 2), sent(2),
                              received(1), killed("reader")})) == "");
}

BOOST_AUTO_TEST_CASE(lets_an_unfinished_record_come_or_not) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), killed("writer"), end()})) == "");
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), killed("writer"), received(1), end()})) == "");
}

BOOST_AUTO_TEST_CASE(fails_on_a_record_that_comes_twice) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), received(1), received(1)})) ==
             "fail: record 1 was received twice");
}

BOOST_AUTO_TEST_CASE(fails_on_a_record_that_nobody_sent) {
  BOOST_TEST(judged(numbered({received(7)})) == "fail: reader received record 7, which nobody had sent");
}

BOOST_AUTO_TEST_CASE(fails_when_the_order_of_one_writer_is_not_kept) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), invoke("writer", "send", 2), sent(2),
                              received(2), received(1)})) ==
             "fail: record 1 came after record 2, but writer had sent it before");
}

BOOST_AUTO_TEST_CASE(asks_for_no_order_between_writers) {
  BOOST_TEST(judged(numbered({invoke("writer.1", "send", 1), ok("writer.1", "send", 1, 40),
                              invoke("writer.2", "send", 2), ok("writer.2", "send", 2, 40), received(2),
                              received(1)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_on_bytes_that_are_no_record) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), observed("reader", "corrupt", {1})})) ==
             "fail: reader found bytes that are no record as it was sent, near record 1");
}

BOOST_AUTO_TEST_CASE(fails_on_a_record_that_is_delivered_cut_off) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), observed("writer", "wrote", {1, 10, 40}),
                              killed("writer"), received(1, 10), end()})) ==
             "fail: reader delivered record 1 with 10 bytes, but it has 40");
}

BOOST_AUTO_TEST_CASE(fails_when_nobody_tells_that_a_record_was_cut_off) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), observed("writer", "wrote", {1, 10, 40}),
                              killed("writer"), end()})) ==
             "fail: record 1 was cut off after 10 of 40 bytes, and reader told nobody");
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), observed("writer", "wrote", {1, 10, 40}),
                              killed("writer"), observed("reader", "truncated", {10, 40}), end(0)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_whole_stream_is_told_to_be_cut_off) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), received(1),
                              observed("reader", "truncated", {10, 40}), end(0)})) ==
             "fail: reader told of a record that was cut off, but all that were sent are whole");
}

BOOST_AUTO_TEST_CASE(says_nothing_of_what_happens_in_the_clean_up) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), received(1), deadlock(), received(1)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_arrived_and_nothing_ended) {
  const std::string nothing = "inconclusive: no record was received and no end was seen";
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), killed("reader")})) == nothing);
  BOOST_TEST(judged(numbered({spawned("writer")})) == nothing);
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_operations_are_missing) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), sent(1), received(1), end(),
                              lost("operations", "writer")}))
                 .starts_with("inconclusive: operations of writer were not recorded"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
