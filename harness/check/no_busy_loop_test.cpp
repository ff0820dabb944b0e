#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(no_busy_loop)

namespace {

using namespace literals;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history, const nlohmann::json& options = nlohmann::json::object()) {
  return told(findings_of("no_busy_loop", kPlan, history, options));
}

Event calls(int64_t in_vain) {
  return event(EventKind::calls, "reader", "",
               {{"in_vain", in_vain}, {"by_call", {{"ppoll", 1}, {"read", in_vain - 1}}}});
}
Event busy(int64_t in_vain) {
  Event told = calls(in_vain);
  told.kind = EventKind::busy;
  told.name = "read";
  return told;
}

BOOST_AUTO_TEST_CASE(passes_when_a_few_calls_come_to_nothing) {
  BOOST_TEST(judged(numbered({exited("reader"), calls(3)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_many_do) {
  BOOST_TEST(
      judged(numbered({exited("reader"), calls(300)})) ==
      "fail: reader made 300 calls in a row that came to nothing while nobody else ran: 1 ppoll, 299 read");
  BOOST_TEST(judged(numbered({exited("reader"), calls(300)}), {{"calls_at_most", 300}}) == "");
}

BOOST_AUTO_TEST_CASE(fails_once_when_it_was_not_waited_out) {
  BOOST_TEST(
      judged(numbered({busy(1000), calls(1000)})) ==
      "fail: reader made 1000 calls in a row that came to nothing while nobody else ran: 1 ppoll, 999 read");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_counted) {
  BOOST_TEST(judged(numbered({exited("reader")})) ==
             "inconclusive: no calls were counted, which needs ptrace");
}

BOOST_AUTO_TEST_CASE(a_limit_below_what_can_be_told_is_refused) {
  const Checker* checker = Checkers::instance().find("no_busy_loop");
  BOOST_TEST(!checker->accepts({{"calls_at_most", 10}}).ok());
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
