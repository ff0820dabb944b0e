#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* point, const char* action) {
  return {.victim = "owner", .at = *parse_point(point), .action = *parse_action(action)};
}

BOOST_AUTO_TEST_SUITE(tracer_injector)

BOOST_AUTO_TEST_CASE(a_documented_error_at_the_entry_of_a_call_is_real) {
  RecordingVictim victim;
  const Fault fault = fault_of("syscall:write/enter", "fail(ENOSPC)");
  BOOST_TEST(!(*injector_for(fault))->perform(fault, victim)->synthetic);
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"fail call with ENOSPC"},
             boost::test_tools::per_element());
}

std::string refusal(const Fault& fault) {
  const auto injector = injector_for(fault);
  return injector ? "accepted" : injector.error().message;
}

BOOST_AUTO_TEST_CASE(an_error_that_the_call_cannot_give_and_one_after_it_has_run_are_refused) {
  BOOST_TEST(
      refusal(fault_of("syscall:shutdown/enter", "fail(ECHILD)")) ==
      "action fail: shutdown never fails with ECHILD: shutdown(2) does not have it; it may fail with EBADF, "
      "EINVAL, ENOTCONN, ENOTSOCK; to have it nevertheless, add synthetic: true, and reports will say so");
  BOOST_TEST(refusal(fault_of("syscall:write/exit", "fail(ENOSPC)")).find("the call has run") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(they_are_accepted_and_labelled_where_the_scenario_marks_them) {
  RecordingVictim victim;
  for (Fault fault :
       {fault_of("syscall:write/enter", "fail(ECHILD)"), fault_of("syscall:write/exit", "fail(ENOSPC)")}) {
    fault.synthetic = true;
    BOOST_TEST((*injector_for(fault))->perform(fault, victim)->synthetic);
    BOOST_TEST(to_string(fault).ends_with("-synthetic"));
  }
}

BOOST_AUTO_TEST_CASE(an_error_that_the_descriptor_at_hand_cannot_give_is_no_fault) {
  RecordingVictim victim;
  victim.of_call = VictimDescriptor{.number = 3, .kind = "pipe", .object = "pipe:[7]"};
  const Fault fault = fault_of("syscall:write/enter", "fail(ENOSPC)");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST((performed.error().blame == Blame::unavailable));
  BOOST_TEST(victim.done_to_it.empty());
}

BOOST_AUTO_TEST_CASE(a_call_needs_an_errno_to_fail_with) {
  BOOST_TEST(!injector_for(fault_of("syscall:write/enter", "fail")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
