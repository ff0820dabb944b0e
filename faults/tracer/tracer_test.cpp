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

BOOST_AUTO_TEST_CASE(an_error_that_the_call_cannot_give_and_one_after_it_has_run_are_synthetic) {
  RecordingVictim victim;
  for (const Fault& fault :
       {fault_of("syscall:write/enter", "fail(ECHILD)"), fault_of("syscall:write/exit", "fail(ENOSPC)")}) {
    BOOST_TEST((*injector_for(fault))->perform(fault, victim)->synthetic);
  }
}

BOOST_AUTO_TEST_CASE(a_call_needs_an_errno_to_fail_with) {
  BOOST_TEST(!injector_for(fault_of("syscall:write/enter", "fail")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
