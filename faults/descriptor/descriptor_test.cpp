#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* action, const char* hold = "now") {
  return {.victim = "reader",
          .at = *parse_point("syscall:read(link)/enter"),
          .hold = *parse_hold(hold),
          .action = *parse_action(action)};
}

std::string refusal(const Fault& fault) {
  const auto injector = injector_for(fault);
  return injector ? "accepted" : injector.error().message;
}

BOOST_AUTO_TEST_SUITE(descriptor_injector)

BOOST_AUTO_TEST_CASE(a_close_is_made_by_the_victim_which_goes_on) {
  RecordingVictim victim;
  const Fault fault = fault_of("close(link)");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST((performed->aftermath == Aftermath::resumes));
  BOOST_TEST(!performed->synthetic);
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"close 3"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_sockets_are_shut_down) {
  RecordingVictim victim;
  const Fault fault = fault_of("half-close(link)");
  BOOST_TEST((*injector_for(fault))->perform(fault, victim).error().message ==
             "descriptor 3 is a pipe, and only sockets can be shut down (shutdown(2)); use close");
  victim.descriptors.front().kind = "tcp";
  BOOST_TEST((*injector_for(fault))->perform(fault, victim).ok());
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"shut down sending of 3"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_leaked_end_is_kept_by_the_harness) {
  RecordingVictim victim;
  const Fault fault = fault_of("leak(link)");
  BOOST_TEST(((*injector_for(fault))->perform(fault, victim)->aftermath == Aftermath::kept));
}

BOOST_AUTO_TEST_CASE(an_object_that_names_nothing_is_no_fault) {
  RecordingVictim victim;
  victim.descriptors.clear();
  const Fault fault = fault_of("close(link)");
  BOOST_TEST(((*injector_for(fault))->perform(fault, victim).error().blame == Blame::unavailable));
  BOOST_TEST(victim.done_to_it.empty());
}

BOOST_AUTO_TEST_CASE(a_descriptor_must_be_named_and_a_sleeper_closes_nothing) {
  BOOST_TEST(refusal(fault_of("close")) == "action close needs a descriptor, as in close(link)");
  BOOST_TEST(refusal(fault_of("close(link)", "blocked")).find("use hold: settled") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
