#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(sender_identity)

namespace {

using namespace literals;

std::string judged(const History& history) {
  return told(findings_of("sender_identity", case_of({"writer", "reader"}), history));
}

BOOST_AUTO_TEST_CASE(passes_when_the_sender_is_the_one_that_sent) {
  BOOST_TEST(judged(numbered(
                 {in_process(7, invoke("writer", "send", 1)), observed("reader", "sender", {1, 7})})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_another_process_is_taken_for_it) {
  BOOST_TEST(
      judged(numbered({in_process(7, invoke("writer", "send", 1)), observed("reader", "sender", {1, 6})})) ==
      "fail: reader took process 6 for the sender of record 1, but process 7 of writer sent it");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_told_a_sender) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), ok("reader", "receive", 1, 40)})) ==
             "inconclusive: no reader told who it took for the sender of a record");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
