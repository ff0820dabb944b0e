#include <boost/test/unit_test.hpp>

#include "base/sha256.h"
#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(output)

namespace {

using namespace literals;
using nlohmann::json;

const Case kRelay = case_of({"source", "relay", "sink"}, {planned("relay", "kill")});

// What was written, of which a history keeps the end only when it is long.
Event wrote(const std::string& role, const std::string& text, size_t kept = 2048) {
  return event(EventKind::output, role, "stdout",
               {{"text", text.size() > kept ? "…" + text.substr(text.size() - kept) : text},
                {"bytes", text.size()},
                {"sha256", sha256_hex(text)}});
}

std::string judged(const History& history, const json& options) {
  return told(findings_of("output", kRelay, history, options));
}

History after(const std::string& source, const std::string& sink, int sink_status = 0, size_t kept = 2048) {
  return numbered({spawned("source"), spawned("sink"), exited("source"), exited("sink", sink_status),
                   wrote("source", source, kept), wrote("sink", sink, kept)});
}

std::string refused(const json& options) {
  const Status status = Checkers::instance().find("output")->accepts(options);
  return status ? "" : status.error().message;
}

const json kSame = {{"sink", {{"same_as", "source"}}}};
const json kPrefix = {{"sink", {{"prefix_of", "source"}}}};
const json kAllOrError = {{"sink", {{"all_or_error", "source"}}}};

BOOST_AUTO_TEST_CASE(the_same_bytes_are_the_same) {
  BOOST_TEST(judged(after("one two", "one two"), kSame) == "");
  BOOST_TEST(judged(after("", ""), kSame) == "");
}

BOOST_AUTO_TEST_CASE(other_bytes_are_told_with_their_place) {
  BOOST_TEST(judged(after("one two", "one tow"), kSame) ==
             "fail: sink wrote \"one tow\" instead of the \"one two\" of source, other from byte 5 on");
  BOOST_TEST(judged(after("one two", "one"), kSame) ==
             "fail: sink wrote \"one\" instead of the \"one two\" of source, which ends too early");
  BOOST_TEST(judged(after("one", "one two"), kSame) ==
             "fail: sink wrote \"one two\" instead of the \"one\" of source, other from byte 3 on");
}

BOOST_AUTO_TEST_CASE(of_much_the_digests_are_compared) {
  const std::string much(5000, 'x');
  BOOST_TEST(judged(after(much, much, 0, 100), kSame) == "");
  BOOST_TEST(judged(after(much, "y" + much.substr(1), 0, 100), kSame) ==
             "fail: sink wrote 5000 bytes instead of the 5000 bytes of source");
}

BOOST_AUTO_TEST_CASE(nothing_written_is_an_empty_text) {
  const History silent = numbered(
      {spawned("source"), spawned("sink"), exited("source"), exited("sink"), wrote("source", "one")});
  BOOST_TEST(judged(silent, kSame) ==
             "fail: sink wrote \"\" instead of the \"one\" of source, which ends too early");
  BOOST_TEST(judged(silent, kPrefix) == "");
}

BOOST_AUTO_TEST_CASE(a_stream_that_was_cut_is_a_prefix_and_nothing_else) {
  BOOST_TEST(judged(after("one two", "one"), kPrefix) == "");
  BOOST_TEST(judged(after("one two", "one two"), kPrefix) == "");
  BOOST_TEST(judged(after("one two", "two"), kPrefix) ==
             "fail: sink wrote \"two\" instead of the \"one two\" of source, other from byte 0 on");
  BOOST_TEST(judged(after("one", "one two"), kPrefix) ==
             "fail: sink wrote \"one two\" instead of the \"one\" of source, other from byte 3 on");
}

BOOST_AUTO_TEST_CASE(a_long_prefix_cannot_be_judged_but_too_much_is_wrong) {
  const std::string much(5000, 'x');
  BOOST_TEST(judged(after(much, much.substr(1), 0, 100), kPrefix) ==
             "inconclusive: sink wrote 4999 of 5000 bytes, too many to be compared");
  BOOST_TEST(judged(after(much, much + "x", 0, 100), kPrefix) ==
             "fail: sink wrote 5001 bytes instead of the 5000 bytes of source");
}

BOOST_AUTO_TEST_CASE(less_than_all_must_be_told_by_the_exit_status) {
  BOOST_TEST(judged(after("one two", "one two"), kAllOrError) == "");
  BOOST_TEST(judged(after("one two", "one", 1), kAllOrError) == "");
  BOOST_TEST(judged(after("one two", "one", 0), kAllOrError) ==
             "fail: sink wrote \"one\" instead of the \"one two\" of source, which ends too early");
  BOOST_TEST(judged(after("one two", "two", 1), kAllOrError) ==
             "fail: sink wrote \"two\" instead of the \"one two\" of source, other from byte 0 on");
}

BOOST_AUTO_TEST_CASE(a_text_may_be_wanted_exactly_or_somewhere) {
  const History pong = numbered({spawned("sink"), exited("sink"), wrote("sink", "PONG\n")});
  BOOST_TEST(judged(pong, {{"sink", {{"stdout", "PONG\n"}}}}) == "");
  BOOST_TEST(judged(pong, {{"sink", {{"contains", "PON"}}}}) == "");
  BOOST_TEST(judged(pong, {{"sink", {{"stdout", "PONG"}}}}) ==
             "fail: sink wrote \"PONG\\n\" instead of \"PONG\", other from byte 4 on");
  BOOST_TEST(judged(pong, {{"sink", {{"contains", "pong"}}}}) ==
             "fail: sink never wrote \"pong\": \"PONG\\n\"");
}

BOOST_AUTO_TEST_CASE(a_text_that_may_have_been_cut_off_is_not_missing) {
  const History long_one =
      numbered({spawned("sink"), exited("sink"), wrote("sink", std::string(500, 'x'), 100)});
  BOOST_TEST(judged(long_one, {{"sink", {{"contains", "y"}}}}) ==
             "inconclusive: of what sink wrote only the end was kept");
}

BOOST_AUTO_TEST_CASE(who_was_ended_by_the_fault_promises_nothing) {
  const History dead = numbered({spawned("relay"), killed("relay"), ended_by("relay", 9)});
  BOOST_TEST(judged(dead, {{"relay", {{"stdout", "all"}}}}) == "");
}

BOOST_AUTO_TEST_CASE(who_did_not_end_or_was_not_there_is_not_judged) {
  BOOST_TEST(
      judged(numbered({spawned("sink"), deadlock(), ended_by("sink", 9)}), {{"sink", {{"stdout", ""}}}}) ==
      "inconclusive: sink did not end by itself, so what it wrote is not judged");
  BOOST_TEST(judged(numbered({}), {{"sink", {{"stdout", ""}}}}) == "inconclusive: sink was never started");
  BOOST_TEST(judged(numbered({}), {{"broker", {{"stdout", ""}}}}) ==
             "inconclusive: output asks about broker, which this case does not have");
}

BOOST_AUTO_TEST_CASE(a_reference_that_failed_says_nothing) {
  const History no_reference =
      numbered({spawned("source"), spawned("sink"), exited("source", 1), exited("sink")});
  BOOST_TEST(judged(no_reference, kSame) ==
             "inconclusive: source, whose output says what is right, did not exit with 0");
}

BOOST_AUTO_TEST_CASE(accepts_one_kind_for_each_role) {
  BOOST_TEST(refused(kSame) == "");
  BOOST_TEST(refused(json::object()) ==
             "output takes roles, as in { output: { client: { stdout: \"PONG\\n\" } } }");
  BOOST_TEST(refused({{"sink", "text"}}) ==
             "output of sink is one of: stdout, contains, same_as, prefix_of, all_or_error");
  BOOST_TEST(refused({{"sink", {{"sameas", "source"}}}}) ==
             "kind of output \"sameas\" not found; did you mean same_as?");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
