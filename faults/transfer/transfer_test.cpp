#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* point, const char* action, const char* hold = "now") {
  return {.victim = "reader",
          .at = *parse_point(point),
          .hold = *parse_hold(hold),
          .action = *parse_action(action)};
}

std::string refusal(const Fault& fault) {
  const auto injector = injector_for(fault);
  return injector ? "accepted" : injector.error().message;
}

BOOST_AUTO_TEST_SUITE(transfer_injector)

BOOST_AUTO_TEST_CASE(a_short_read_is_real_and_says_what_was_asked_for) {
  RecordingVictim victim;
  const Fault fault = fault_of("syscall:read/enter", "short(3)");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST(!performed->synthetic);
  BOOST_TEST(performed->details.dump() == R"({"asked":4,"given":3})");
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"shorten call to 3"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_short_read_of_who_watches_by_edges_is_none_that_the_kernel_gives) {
  RecordingVictim victim;
  victim.is_edge_triggered = true;
  const Fault fault = fault_of("syscall:read/enter", "short(3)");
  BOOST_TEST((*injector_for(fault))->perform(fault, victim)->synthetic);
}

BOOST_AUTO_TEST_CASE(nothing_at_all_is_no_short_transfer) {
  BOOST_TEST(refusal(fault_of("syscall:read/enter", "short(0)")) ==
             "action short(0): a transfer of nothing means the end of a stream; use 1 or more");
}

BOOST_AUTO_TEST_CASE(a_call_that_moves_no_bytes_cannot_be_short) {
  BOOST_TEST(refusal(fault_of("syscall:futex/enter", "short(1)")) ==
             "action short: futex is none of the calls that it can cut: pread64 preadv pwrite64 pwritev read "
             "readv recvfrom "
             "recvmsg sendmsg sendto write writev");
}

BOOST_AUTO_TEST_CASE(an_interruption_needs_a_call_that_is_blocked) {
  BOOST_TEST(refusal(fault_of("syscall:read/enter", "eintr(SIGUSR1)")) ==
             "action eintr needs hold: blocked: a signal elsewhere interrupts nothing");
  BOOST_TEST(refusal(fault_of("syscall:read/enter", "eintr(SIGUSR1)", "blocked")) == "accepted");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_never_interrupted_is_refused_with_the_reason) {
  BOOST_TEST(refusal(fault_of("syscall:bind/enter", "eintr(SIGUSR1)", "blocked")) ==
             "action eintr: bind never returns EINTR: it does not block (bind(2))");
}

BOOST_AUTO_TEST_CASE(a_signal_that_the_victim_does_not_catch_interrupts_nothing) {
  RecordingVictim victim;
  victim.caught = {};
  const Fault fault = fault_of("syscall:read/enter", "eintr(SIGUSR1)", "blocked");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST(!performed.ok());
  BOOST_TEST(performed.error().message == "the victim does not catch SIGUSR1, or blocks it");
  BOOST_TEST(victim.done_to_it.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
