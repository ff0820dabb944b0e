#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(granted_identity)

namespace {

using namespace literals;

std::string judged(const History& history) {
  return told(findings_of("granted_identity", case_of({"server", "client"}), history));
}

Event asks(int64_t user, int64_t at_connect, int64_t claimed) {
  return observed("client", "asks_as", {1, user, at_connect, claimed});
}
Event granted(int64_t user) { return observed("server", "granted", {1, user}); }
Event refused(int64_t user) { return observed("server", "refused", {1, user}); }

BOOST_AUTO_TEST_CASE(passes_when_the_sender_is_granted_its_request) {
  BOOST_TEST(judged(numbered({asks(0, 0, 0), granted(0)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_another_is_taken_for_the_sender) {
  BOOST_TEST(judged(numbered({asks(65534, 0, 65534), granted(0)})) ==
             "fail: server granted request 1 to user 0, but it was user 65534 that sent it");
}

BOOST_AUTO_TEST_CASE(whoever_changed_or_lied_may_be_refused) {
  BOOST_TEST(judged(numbered({asks(65534, 0, 65534), refused(65534)})) == "");
  BOOST_TEST(judged(numbered({asks(0, 0, 1000), refused(1000)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_an_honest_one_is_refused) {
  BOOST_TEST(judged(numbered({asks(0, 0, 0), refused(0)})) ==
             "fail: server refused request 1 of user 0, who neither lied nor changed");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_was_answered) {
  BOOST_TEST(judged(numbered({asks(0, 0, 0)})) == "inconclusive: no request was granted or refused");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
