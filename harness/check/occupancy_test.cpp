#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(occupancy)

namespace {

using namespace literals;

const Case kPlan = case_of({"sender", "receiver"});

std::string judged(const History& history) { return told(findings_of("occupancy", kPlan, history)); }

Event holds(int64_t messages) { return observed("receiver", "capacity", {messages}); }
Event sends(int64_t id) { return invoke("sender", "send", id); }
Event sent(int64_t id) { return ok("sender", "send", id, 40); }
Event looks() { return observed("receiver", "looking", {}); }
Event received(int64_t id) { return ok("receiver", "receive", id, 40); }

BOOST_AUTO_TEST_CASE(passes_when_the_queue_was_as_full_as_it_may_be) {
  BOOST_TEST(judged(numbered({holds(2), sends(1), sent(1), sends(2), sent(2), sends(3), looks(), received(1),
                              sent(3), looks(), received(2), looks(), received(3)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_more_was_accepted_than_there_is_room_for) {
  BOOST_TEST(judged(numbered({holds(2), sends(1), sent(1), sends(2), sent(2), sends(3), sent(3), looks(),
                              received(1), looks(), received(2)})) ==
             "fail: 3 messages lay in the queue, which holds 2");
}

BOOST_AUTO_TEST_CASE(counts_a_message_as_taken_from_the_look_that_took_it) {
  BOOST_TEST(judged(numbered({holds(1), sends(1), sent(1), looks(), sends(2), sent(2), received(1), looks(),
                              received(2)})) == "");
}

// The kernel puts a blocked sender's message into the queue before that sender runs again.
BOOST_AUTO_TEST_CASE(does_not_count_a_message_that_was_taken_before_its_sender_told) {
  BOOST_TEST(judged(numbered({holds(1), sends(1), sent(1), sends(2), looks(), received(1), sends(3), looks(),
                              received(2), sent(3), sent(2), looks(), received(3)})) == "");
}

BOOST_AUTO_TEST_CASE(takes_account_of_what_a_dead_receiver_may_have_taken) {
  BOOST_TEST(judged(numbered({holds(1), sends(1), sent(1), looks(), sends(2), sent(2)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_the_queue_was_never_full) {
  BOOST_TEST(judged(numbered({holds(2), sends(1), sent(1), looks(), received(1)})) ==
             "inconclusive: the queue was never full: 1 of 2 messages lay in it");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_told_how_much_it_holds) {
  BOOST_TEST(judged(numbered({sends(1), sent(1)})) ==
             "inconclusive: nobody told how many messages the queue holds");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
