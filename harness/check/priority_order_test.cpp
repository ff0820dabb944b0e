#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(priority_order)

namespace {

using namespace literals;

const Case kPlan = case_of({"sender", "receiver"});

std::string judged(const History& history) { return told(findings_of("priority_order", kPlan, history)); }

Event urgent(int64_t id, int64_t urgency) { return observed("sender", "urgency", {id, urgency}); }
Event sends(int64_t id) { return invoke("sender", "send", id); }
Event sent(int64_t id) { return ok("sender", "send", id, 40); }
Event looks() { return observed("receiver", "looking", {}); }
Event received(int64_t id) { return ok("receiver", "receive", id, 40); }

BOOST_AUTO_TEST_CASE(passes_when_the_urgent_comes_first) {
  BOOST_TEST(judged(numbered({urgent(1, 1), sends(1), sent(1), urgent(2, 5), sends(2), sent(2), looks(),
                              received(2), looks(), received(1)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_oldest_comes_first) {
  BOOST_TEST(judged(numbered({urgent(1, 1), sends(1), sent(1), urgent(2, 5), sends(2), sent(2), looks(),
                              received(1), looks(), received(2)})) ==
             "fail: receiver took message 1 (urgency 1) while message 2 (urgency 5) lay in the queue");
}

BOOST_AUTO_TEST_CASE(fails_when_of_equals_the_youngest_comes_first) {
  BOOST_TEST(judged(numbered({urgent(1, 5), sends(1), sent(1), urgent(2, 5), sends(2), sent(2), looks(),
                              received(2), looks(), received(1)})) ==
             "fail: receiver took message 2 (urgency 5) while message 1 (urgency 5) lay in the queue");
}

BOOST_AUTO_TEST_CASE(does_not_blame_a_receiver_for_what_came_after_its_look) {
  BOOST_TEST(judged(numbered({urgent(1, 1), sends(1), sent(1), looks(), urgent(2, 5), sends(2), sent(2),
                              received(1), looks(), received(2)})) ==
             "inconclusive: no two messages of different urgency lay in the queue at once");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
