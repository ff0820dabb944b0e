#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(backpressure)

namespace {

using namespace literals;

constexpr int kSigstop = 19;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history, const nlohmann::json& options = nlohmann::json::object()) {
  return told(findings_of("backpressure", kPlan, history, options));
}

Event reading() { return observed("reader", "reading", {}); }
Event stopped() { return sent_signal("reader", kSigstop, "stop"); }
Event resumed() { return event(EventKind::resumed, "reader", "settled"); }
Event sends(int64_t id) { return invoke("writer", "send", id); }
Event sent(int64_t id) { return ok("writer", "send", id, 40); }
Event full() { return reached("writer", "link.full"); }
Event received(int64_t id) { return ok("reader", "receive", id, 40); }
Event end() { return observed("reader", "eof", {1}); }

BOOST_AUTO_TEST_CASE(passes_when_the_writer_waits_and_everything_comes) {
  BOOST_TEST(judged(numbered({reading(), stopped(), sends(1), sent(1), sends(2), full(), resumed(),
                              received(1), sent(2), received(2), end()})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_writer_asks_again_and_again) {
  const History history = numbered({reading(), stopped(), sends(1), full(), full(), full(), full(), full(),
                                    resumed(), sent(1), received(1), end()});
  BOOST_TEST(
      judged(history) ==
      "fail: writer found the link full 5 times for record 1 while nobody read: it asks again and again "
      "instead of waiting");
  BOOST_TEST(judged(history, {{"asks_at_most", 5}}) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_what_was_called_sent_never_came) {
  BOOST_TEST(judged(numbered({reading(), stopped(), sends(1), sent(1), sends(2), full(), sent(2), resumed(),
                              received(1), end()})) ==
             "fail: 1 of 2 records were called sent while the link was full, and never came: record 2");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_the_link_was_not_full) {
  BOOST_TEST(
      judged(numbered({reading(), stopped(), sends(1), sent(1), resumed(), received(1), end()})) ==
      "inconclusive: nobody was in the middle of sending when the stopped reader went on: the link was not "
      "full");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_no_reader_was_stopped) {
  BOOST_TEST(judged(numbered({reading(), sends(1), sent(1), received(1), end()})) ==
             "inconclusive: no reader was stopped");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
