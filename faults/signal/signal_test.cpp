#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* point, const char* action) {
  return {.victim = "owner", .at = *parse_point(point), .action = *parse_action(action)};
}

BOOST_AUTO_TEST_SUITE(signal_injector)

BOOST_AUTO_TEST_CASE(a_kill_is_sigkill_and_the_victim_is_dead) {
  RecordingVictim victim;
  const Fault fault = fault_of("probe:lock.held", "kill");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST((performed->aftermath == Aftermath::dead));
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"signal SIGKILL"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stop_leaves_the_victim_stopped) {
  RecordingVictim victim;
  const Fault fault = fault_of("probe:lock.held", "stop");
  BOOST_TEST(((*injector_for(fault))->perform(fault, victim)->aftermath == Aftermath::stopped));
}

BOOST_AUTO_TEST_CASE(a_signal_that_has_a_word_of_its_own_is_refused_by_that_word) {
  BOOST_TEST(injector_for(fault_of("probe:x", "signal(SIGKILL)")).error().message ==
             "action signal(SIGKILL): write kill");
  BOOST_TEST(injector_for(fault_of("probe:x", "signal(SIGSTOP)")).error().message ==
             "action signal(SIGSTOP): write stop");
}

BOOST_AUTO_TEST_CASE(an_unknown_action_is_refused_with_the_nearest) {
  BOOST_TEST(injector_for(fault_of("probe:x", "kil")).error().message ==
             "action \"kil\" not found; did you mean kill?");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
