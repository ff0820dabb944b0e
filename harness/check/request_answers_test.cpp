#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(request_answers)

namespace {

using namespace literals;

constexpr int kEconnreset = 104;

std::string judged(const History& history, const nlohmann::json& options = nlohmann::json::object()) {
  return told(findings_of("request_answers", case_of({"client", "server"}), history, options));
}

Event asks(int64_t id) { return invoke("client", "request", id); }
Event served(int64_t id) { return observed("server", "served", {id}); }
Event answered(int64_t id) { return observed("server", "answered", {id}); }

BOOST_AUTO_TEST_CASE(passes_when_answered_means_served_and_the_rest_is_unknown) {
  BOOST_TEST(judged(numbered({asks(1), asks(2), served(1), answered(1), served(2),
                              ok("client", "request", 1, 1), info("client", "request", 2)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_served_request_is_called_failed) {
  BOOST_TEST(judged(numbered({asks(1), served(1), failed("client", "request", 1, kEconnreset)})) ==
             "fail: client calls request 1 failed, but it was served");
}

BOOST_AUTO_TEST_CASE(fails_when_an_answer_comes_from_nowhere) {
  BOOST_TEST(judged(numbered({asks(1), ok("client", "request", 1, 1)})) ==
             "fail: client has an answer to request 1, which nobody served");
}

BOOST_AUTO_TEST_CASE(fails_when_one_answer_is_taken_for_another) {
  BOOST_TEST(judged(numbered({asks(1), served(1), asks(2), served(2), ok("client", "request", 2, 1)})) ==
             "fail: client took the answer to request 1 for that to request 2");
}

BOOST_AUTO_TEST_CASE(fails_when_an_answer_that_was_sent_is_not_read) {
  BOOST_TEST(judged(numbered({asks(1), served(1), answered(1), info("client", "request", 1)})) ==
             "fail: the answer to request 1 had been sent before client gave it up");
}

BOOST_AUTO_TEST_CASE(fails_when_a_request_is_served_twice) {
  BOOST_TEST(judged(numbered({asks(1), served(1), served(1), ok("client", "request", 1, 1)})) ==
             "fail: request 1 was served twice");
}

BOOST_AUTO_TEST_CASE(fails_when_the_loss_is_learnt_by_another_error) {
  const auto learnt_by = [](int64_t error) {
    return judged(numbered({asks(1), observed("client", "lost", {error}), info("client", "request", 1)}),
                  {{"lost_by", "ECONNRESET"}});
  };
  BOOST_TEST(learnt_by(kEconnreset) == "");
  BOOST_TEST(
      learnt_by(0) ==
      "fail: client learnt by the end of the stream that its server was gone, and should have by ECONNRESET");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_no_request_ended) {
  BOOST_TEST(judged(numbered({asks(1), served(1)})) ==
             "inconclusive: no client was told of the end of a request");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
