#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(fault_fired)

namespace {

using namespace literals;

std::string judged(const Case& plan, const History& history) {
  return told(findings_of("fault_fired", plan, history));
}

Case kill_owner(int arrival, const std::string& hold = "now") {
  Fault fault = planned("owner", "kill", "probe:lock.held", arrival);
  fault.hold = *parse_hold(hold);
  return case_of({"owner", "waiter"}, {fault});
}

BOOST_AUTO_TEST_CASE(passes_when_every_fault_struck) {
  BOOST_TEST(judged(kill_owner(1), numbered({spawned("owner"), killed("owner")})) == "");
}

BOOST_AUTO_TEST_CASE(passes_a_run_without_a_fault) {
  BOOST_TEST(judged(case_of({"owner"}), numbered({spawned("owner"), exited("owner")})) == "");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nothing_was_recorded) {
  BOOST_TEST(judged(case_of({"owner"}), {}) == "inconclusive: nothing was recorded");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_the_order_of_its_steps_was_not_kept) {
  Case ordered = case_of({"owner"});
  ordered.schedule = Schedule{.order = {"owner"}};
  const Event denied{.kind = EventKind::lost, .name = "turns", .data = {{"reason", "turns need ptrace"}}};
  BOOST_TEST(judged(ordered, numbered({denied, spawned("owner"), exited("owner")})) ==
             "inconclusive: the order of its steps was not kept: turns need ptrace");
  const Event taken{.kind = EventKind::turns, .data = {{"turns", 3}}};
  BOOST_TEST(judged(ordered, numbered({spawned("owner"), exited("owner"), taken})) == "");
}

BOOST_AUTO_TEST_CASE(says_that_the_victim_never_came_to_its_point) {
  const History history = numbered(
      {spawned("owner"), reached("owner", "updated"), reached("waiter", "lock.held"), exited("owner", 1)});
  BOOST_TEST(judged(kill_owner(1), history) ==
             "inconclusive: the fault owner@probe:lock.held=kill did not strike: owner never came to "
             "probe:lock.held; owner ended with exit status 1");
}

BOOST_AUTO_TEST_CASE(shows_what_whoever_failed_wrote_last_beside_how_the_victim_ended) {
  const Event words{
      .role = "waiter", .kind = EventKind::output, .name = "stderr", .data = {{"text", "no such file"}}};
  const History history =
      numbered({spawned("waiter"), exited("waiter", 1), spawned("owner"), exited("owner"), words});
  const auto findings = findings_of("fault_fired", kill_owner(1), history);
  BOOST_TEST(findings.at(0).events == (std::vector<int>{3, 1, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_a_role_failed_before_it_was_ready_and_no_fault_had_struck) {
  Case waits_for_path = kill_owner(1);
  waits_for_path.roles[1].ready.path = "/tmp/socket";
  const Event is_ready{.role = "waiter", .kind = EventKind::ready, .name = "path"};
  const std::string told = "inconclusive: waiter ended with exit status 1 before it was ready";
  BOOST_TEST(judged(waits_for_path, numbered({spawned("waiter"), exited("waiter", 1), killed("owner")})) ==
             told);
  BOOST_TEST(judged(waits_for_path,
                    numbered({spawned("waiter"), is_ready, exited("waiter", 1), killed("owner")})) == "");
  BOOST_TEST(judged(waits_for_path, numbered({spawned("waiter"), killed("owner"), exited("waiter", 1)})) ==
             "");
  BOOST_TEST(judged(waits_for_path, numbered({spawned("waiter"), exited("waiter"), killed("owner")})) == "",
             "it ended well");
  const History daemon = numbered({spawned("waiter"), exited("waiter"), is_ready, killed("owner")});
  BOOST_TEST(judged(waits_for_path, daemon) == "", "what it left was ready later");
  const History struck =
      numbered({spawned("waiter"), exited("waiter"), killed("waiter", 2), killed("owner")});
  BOOST_TEST(judged(waits_for_path, struck) == "", "what it left was struck");
}

BOOST_AUTO_TEST_CASE(says_how_often_the_victim_came) {
  const History history = numbered({spawned("owner"), reached("owner", "lock.held", 1),
                                    reached("owner", "lock.held", 2), ended_by("owner", 6)});
  const auto findings = findings_of("fault_fired", kill_owner(3), history);
  BOOST_TEST(told(findings) ==
             "inconclusive: the fault owner@probe:lock.held#3=kill did not strike: owner came to "
             "probe:lock.held 2 of "
             "3 times; owner ended by SIGABRT");
  BOOST_TEST(findings.at(0).events == (std::vector<int>{2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(arrivals_are_counted_per_process) {
  const Case plan = case_of({"waiter.1", "waiter.2"}, {planned("waiter", "kill", "syscall:futex/exit", 2)});
  const Event first = event(EventKind::arrived, "waiter.1", "syscall:futex/exit");
  const Event second = event(EventKind::arrived, "waiter.2", "syscall:futex/exit");
  BOOST_TEST(
      judged(plan, numbered({spawned("waiter.1"), first, second, exited("waiter.1")})) ==
      "inconclusive: the fault waiter@syscall:futex/exit#2=kill did not strike: waiter.1 came to "
      "syscall:futex/exit 1 of 2 times; waiter.1 ended with exit status 0, waiter.2 was never started");
}

BOOST_AUTO_TEST_CASE(does_not_claim_to_have_counted_system_calls) {
  const Case plan = case_of({"owner"}, {planned("owner", "kill", "syscall:write/exit", 2)});
  BOOST_TEST(judged(plan, numbered({spawned("owner"), exited("owner")})) ==
             "inconclusive: the fault owner@syscall:write/exit#2=kill did not strike: owner came to "
             "syscall:write/exit fewer than 2 times; owner ended with exit status 0");
}

BOOST_AUTO_TEST_CASE(says_what_the_victim_waited_for_in_vain) {
  const History history =
      numbered({spawned("owner"), reached("owner", "lock.held"), deadline(100), ended_by("owner", 9)});
  BOOST_TEST(judged(kill_owner(1, "waiter@probe:asked"), history) ==
             "inconclusive: the fault owner@probe:lock.held~waiter@probe:asked=kill did not strike: owner "
             "was held at "
             "probe:lock.held, waiting for waiter@probe:asked in vain; owner was still there when the case "
             "was over");
  BOOST_TEST(
      judged(kill_owner(1, "settled"), history)
          .ends_with(
              "waiting for all others to settle in vain; owner was still there when the case was over"));
}

// The arrival that a stopped victim waits for: "" when it came.
std::string judged_stop(const nlohmann::json& data) {
  Fault stop = planned("owner", "stop");
  stop.resume = *parse_hold("waiter@probe:asked");
  return judged(case_of({"owner", "waiter"}, {stop}),
                numbered({spawned("owner"), spawned("waiter"), fault("owner", "stop"), exited("waiter"),
                          event(EventKind::resumed, "owner", "why", data), exited("owner")}));
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_a_stopped_victim_waited_in_vain) {
  BOOST_TEST(judged_stop({{"in_vain", 0}}) ==
             "inconclusive: owner stood still by owner@probe:lock.held=stop, waiting for waiter@probe:asked "
             "in vain");
}

BOOST_AUTO_TEST_CASE(passes_when_what_a_stopped_victim_waited_for_came) {
  BOOST_TEST(judged_stop(nlohmann::json::object()) == "");
}

BOOST_AUTO_TEST_CASE(tells_of_each_missing_fault_in_a_chain) {
  const Case plan = case_of({"owner", "waiter"},
                            {planned("owner", "kill"), planned("waiter", "kill"), planned("reader", "kill")});
  BOOST_TEST(
      judged(plan, numbered({spawned("owner"), killed("owner", 0), spawned("waiter"), exited("waiter")})) ==
      "inconclusive: the fault waiter@probe:lock.held=kill did not strike: waiter never came to "
      "probe:lock.held; waiter ended with exit status 0\n"
      "inconclusive: the fault reader@probe:lock.held=kill did not strike: reader never came to "
      "probe:lock.held; this case has no role reader");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
