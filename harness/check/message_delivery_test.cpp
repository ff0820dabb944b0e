#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(message_delivery)

namespace {

using namespace literals;

const Case kPlan = case_of({"sender", "receiver", "successor"});

std::string judged(const History& history, const nlohmann::json& options = nlohmann::json::object()) {
  return told(findings_of("message_delivery", kPlan, history, options));
}

Event sends(int64_t id) { return invoke("sender", "send", id); }
Event sent(int64_t id, int64_t bytes = 40) { return ok("sender", "send", id, bytes); }
Event urgent(int64_t id, int64_t urgency) { return observed("sender", "urgency", {id, urgency}); }
Event received(int64_t id, int64_t bytes = 40) { return ok("receiver", "receive", id, bytes); }
Event drained(const std::string& who = "receiver") { return observed(who, "drained", {}); }

BOOST_AUTO_TEST_CASE(passes_when_everything_accepted_comes) {
  BOOST_TEST(judged(numbered({sends(1), sent(1), sends(2), sent(2), received(1), received(2), drained()})) ==
             "");
}

BOOST_AUTO_TEST_CASE(fails_when_an_accepted_message_never_comes) {
  BOOST_TEST(judged(numbered({sends(1), sent(1), sends(2), sent(2), received(1), drained()})) ==
             "fail: 1 of 2 messages were accepted from their sender and never came, and nothing is left for "
             "receiver to receive: message 2");
}

BOOST_AUTO_TEST_CASE(says_nothing_of_what_lies_in_the_queue_while_nobody_has_emptied_it) {
  BOOST_TEST(judged(numbered({sends(1), sent(1), sends(2), sent(2), received(1)})) == "");
}

BOOST_AUTO_TEST_CASE(does_not_miss_what_was_never_accepted) {
  BOOST_TEST(judged(numbered({sends(1), sent(1), sends(2), failed("sender", "send", 2, 11), received(1),
                              drained()})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_cut_message_is_delivered) {
  BOOST_TEST(judged(numbered({sends(1), sent(1, 400), received(1, 64), drained()})) ==
             "fail: receiver delivered message 1 with 64 bytes, but it has 400");
}

BOOST_AUTO_TEST_CASE(passes_when_a_cut_message_is_told) {
  BOOST_TEST(judged(numbered({sends(1), sent(1, 400), sends(2), sent(2),
                              observed("receiver", "truncated", {64, 400}), received(2), drained()})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_message_comes_twice) {
  BOOST_TEST(judged(numbered({sends(1), sent(1), received(1), received(1)})) ==
             "fail: message 1 was received twice");
}

BOOST_AUTO_TEST_CASE(lets_an_urgent_message_overtake_and_no_equal) {
  BOOST_TEST(judged(numbered({urgent(1, 1), sends(1), sent(1), urgent(2, 5), sends(2), sent(2), received(2),
                              received(1)})) == "");
  BOOST_TEST(judged(numbered({urgent(1, 1), sends(1), sent(1), urgent(2, 1), sends(2), sent(2), received(2),
                              received(1)})) ==
             "fail: message 1 came after message 2, but sender had sent it before");
}

BOOST_AUTO_TEST_CASE(counts_messages_without_a_byte) {
  BOOST_TEST(judged(numbered({sends(1), sent(1, 0), observed("receiver", "empty", {}), drained()})) == "");
  BOOST_TEST(judged(numbered({sends(1), sent(1, 0), drained()})) == "fail: 1 of 1 empty messages never came");
}

BOOST_AUTO_TEST_CASE(forgives_what_died_with_a_socket_only_where_the_scenario_says_so) {
  const History history =
      numbered({spawned("receiver"), sends(1), sent(1), killed("receiver"), ended_by("receiver", 9), sends(2),
                sent(2), ok("successor", "receive", 2, 40), drained("successor")});
  BOOST_TEST(judged(history, {{"queue_dies_with", "receiver"}}) == "");
  BOOST_TEST(judged(history) ==
             "fail: 1 of 2 messages were accepted from their sender and never came, and nothing is left for "
             "successor to receive: message 1");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_was_received) {
  BOOST_TEST(judged(numbered({sends(1), sent(1)})) ==
             "inconclusive: no message was received, and no queue was emptied");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
