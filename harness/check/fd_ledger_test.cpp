#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(fd_ledger)

namespace {

using namespace literals;

constexpr int kChild = 7;

const Case kPlan = case_of({"writer", "reader"});

std::string judged(const History& history, const nlohmann::json& options = nlohmann::json::object()) {
  return told(findings_of("fd_ledger", kPlan, history, options));
}

nlohmann::json listed(int number, const std::string& object, const std::string& kind,
                      const std::string& access) {
  return {{"number", number}, {"object", object}, {"kind", kind}, {"access", access}};
}
Event has_open(const std::string& moment, const nlohmann::json& list) {
  return event(EventKind::descriptors, "writer", moment, {{"list", list}});
}
nlohmann::json standard() { return {listed(0, "/dev/null", "other", "r"), listed(1, "/x", "file", "w")}; }
nlohmann::json with(const nlohmann::json& one) {
  nlohmann::json list = standard();
  list.push_back(one);
  return list;
}

BOOST_AUTO_TEST_CASE(passes_when_a_child_has_the_standard_ones_only) {
  BOOST_TEST(judged(numbered({spawned("writer"), in_process(kChild, has_open("exec", standard()))})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_link_survives_the_exec_of_a_child) {
  const History history = numbered(
      {spawned("writer"), in_process(kChild, has_open("exec", with(listed(3, "pipe:[9]", "pipe", "w"))))});
  BOOST_TEST(
      judged(history) ==
      "fail: a child of writer became another program with descriptor 3 (pipe:[9]) still open: it lacks "
      "FD_CLOEXEC");
  BOOST_TEST(judged(history, {{"inherits", {3}}}) == "");
}

BOOST_AUTO_TEST_CASE(what_a_role_is_started_with_is_no_leak) {
  BOOST_TEST(judged(numbered(
                 {spawned("writer"), has_open("exec", with(listed(3, "pipe:[9]", "pipe", "w")))})) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_process_keeps_both_ends_of_a_pipe) {
  nlohmann::json both = with(listed(3, "pipe:[9]", "pipe", "r"));
  both.push_back(listed(4, "pipe:[9]", "pipe", "w"));
  BOOST_TEST(
      judged(numbered({spawned("writer"), has_open("end", both)})) ==
      "fail: writer had both ends of pipe:[9] open to its end: nobody else can learn by either that it is "
      "gone");
}

BOOST_AUTO_TEST_CASE(fails_when_a_role_that_closes_its_links_has_one_at_its_end) {
  const History history =
      numbered({spawned("writer"), has_open("end", with(listed(5, "pipe:[9]", "pipe", "r")))});
  BOOST_TEST(judged(history, {{"closed_at_end", {"writer"}}}) ==
             "fail: writer had descriptor 5 (pipe:[9]) open to its end, and never closed it");
  BOOST_TEST(judged(history) == "");
}

BOOST_AUTO_TEST_CASE(fails_when_a_passed_descriptor_is_never_had) {
  const Event end = has_open("end", standard());
  BOOST_TEST(judged(numbered({reached("writer", "descriptor.sent"), reached("reader", "descriptor.wanted"),
                              end, exited("reader", 2)})) ==
             "fail: the descriptor that writer passed was lost on its way: reader never had it");
  BOOST_TEST(judged(numbered({reached("reader", "descriptor.wanted"), reached("writer", "descriptor.sent"),
                              end, reached("reader", "link.open")})) == "");
  BOOST_TEST(judged(numbered({reached("reader", "descriptor.wanted"), reached("writer", "descriptor.sent"),
                              end, killed("reader"), ended_by("reader", 9)})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_was_listed) {
  BOOST_TEST(judged(numbered({exited("writer")})) ==
             "inconclusive: no descriptors were listed, which needs ptrace");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
