#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(sigpipe_handling)

namespace {

using namespace literals;

constexpr int kSigpipe = 13;
constexpr int kEpipe = 32;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history, const nlohmann::json& options = nlohmann::json::object(),
                   const std::string& mechanism = "pipe") {
  Case plan = kPlan;
  plan.mechanism = mechanism;
  return told(findings_of("sigpipe_handling", plan, history, options));
}

Event reading() { return observed("reader", "reading", {}); }
Event sends(int64_t id) { return invoke("writer", "send", id); }
Event sent(int64_t id) { return ok("writer", "send", id, 40); }
Event refused(int64_t id) { return failed("writer", "send", id, kEpipe); }

BOOST_AUTO_TEST_CASE(passes_when_the_first_send_after_the_death_fails) {
  BOOST_TEST(judged(numbered({reading(), killed("reader"), ended_by("reader", 9), sends(1), refused(1),
                              exited("writer", 3)})) == "");
}

BOOST_AUTO_TEST_CASE(passes_when_a_blocked_send_fails) {
  BOOST_TEST(judged(numbered({reading(), sends(1), killed("reader"), ended_by("reader", 9), refused(1),
                              exited("writer", 3)})) == "");
}

// The kernel closes the link of a killed process some time before anybody is told that it has ended.
BOOST_AUTO_TEST_CASE(passes_when_a_blocked_send_fails_before_the_death_is_seen) {
  BOOST_TEST(judged(numbered({reading(), sends(1), killed("reader"), refused(1), ended_by("reader", 9),
                              exited("writer", 3)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_writer_goes_on) {
  BOOST_TEST(
      judged(numbered(
          {reading(), ended_by("reader", 9), sends(1), sent(1), sends(2), sent(2), exited("writer", 0)})) ==
      "fail: writer went on as if somebody read: it called records 1, 2 sent after its reader had died");
}

BOOST_AUTO_TEST_CASE(lets_the_first_send_on_a_closed_tcp_connection_succeed) {
  const History once = numbered(
      {reading(), ended_by("reader", 9), sends(1), sent(1), sends(2), refused(2), exited("writer", 3)});
  BOOST_TEST(judged(once, {}, "tcp-loopback") == "");
  BOOST_TEST(judged(once).starts_with("fail"));
}

BOOST_AUTO_TEST_CASE(fails_when_the_writer_dies_of_sigpipe_unless_it_may) {
  const History history =
      numbered({reading(), killed("reader"), ended_by("reader", 9), sends(1), ended_by("writer", kSigpipe)});
  BOOST_TEST(judged(history) == "fail: writer died of SIGPIPE, without a word, when its reader was gone");
  BOOST_TEST(judged(history, {{"may_die", {"writer"}}}) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_writer_is_never_told) {
  BOOST_TEST(judged(numbered({reading(), sends(1), killed("reader"), ended_by("reader", 9), deadlock(),
                              ended_by("writer", 9)})) ==
             "fail: writer never learnt that its reader had died: it is still sending record 1");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_was_sending) {
  const std::string nothing = "inconclusive: no writer was sending when or after its reader ended";
  BOOST_TEST(judged(numbered({reading(), sends(1), sent(1), ended_by("reader", 9), exited("writer")})) ==
             nothing);
  BOOST_TEST(judged(numbered({reading(), sends(1), sent(1)})) == nothing);
}

BOOST_AUTO_TEST_CASE(accepts_a_list_of_roles_only) {
  const Checker* checker = Checkers::instance().find("sigpipe_handling");
  BOOST_TEST(bool(checker->accepts({{"may_die", {"writer"}}})));
  BOOST_TEST(!checker->accepts({{"may_die", "writer"}}));
  BOOST_TEST(!checker->accepts({{"may_live", {"writer"}}}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
