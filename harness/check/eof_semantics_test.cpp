#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(eof_semantics)

namespace {

using namespace literals;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history) { return told(findings_of("eof_semantics", kPlan, history)); }

Event end(int64_t is_at_boundary = 1) { return observed("reader", "eof", {is_at_boundary}); }
Event reading() { return observed("reader", "reading", {}); }
Event waits_to_read() { return event(EventKind::blocked, "reader", "read", {{"wait", "fd"}}); }

BOOST_AUTO_TEST_CASE(passes_when_the_end_comes_after_the_last_writer) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), ok("writer", "send", 1, 40),
                              reached("writer", "link.closing"), end()})) == "");
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), killed("writer"), end(0)})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_end_is_seen_while_a_writer_is_there) {
  BOOST_TEST(judged(numbered({invoke("writer.1", "send", 1), invoke("writer.2", "send", 2),
                              reached("writer.1", "link.closing"), end()})) ==
             "fail: reader saw the end of the stream while writer.2 still had it open");
}

BOOST_AUTO_TEST_CASE(fails_when_a_reader_reads_on_at_the_end) {
  BOOST_TEST(judged(numbered({reached("writer", "link.closing"), end(), end(), end()})) ==
             "fail: reader saw the end of the stream and read on (3 times in all)");
}

BOOST_AUTO_TEST_CASE(lets_a_new_writer_revive_the_stream) {
  BOOST_TEST(judged(numbered({end(), ok("reader", "receive", 1, 40), end()})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_the_end_never_comes) {
  BOOST_TEST(
      judged(numbered({spawned("writer"), spawned("reader"), reading(), invoke("writer", "send", 1),
                       ok("writer", "send", 1, 40), exited("writer"), deadlock(), waits_to_read(),
                       ended_by("reader", 9)})) ==
      "fail: every writer has ended, but reader never saw the end of the stream: its other end is still open "
      "somewhere; deadlock, nobody left can wake anybody: reader in read");
}

BOOST_AUTO_TEST_CASE(does_not_miss_an_end_that_cannot_have_come) {
  BOOST_TEST(judged(numbered({spawned("writer"), spawned("reader"), reading(), invoke("writer", "send", 1),
                              deadlock(), waits_to_read(), ended_by("writer", 9), ended_by("reader", 9)}))
                 .starts_with("inconclusive"));
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_no_end_was_seen) {
  BOOST_TEST(judged(numbered({invoke("writer", "send", 1), killed("reader")})) ==
             "inconclusive: no reader saw the end of a stream, and none waited for it in vain");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
