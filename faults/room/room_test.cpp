#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* action) {
  return {.victim = "writer", .at = *parse_point("probe:record.begin"), .action = *parse_action(action)};
}

BOOST_AUTO_TEST_SUITE(room_injector)

BOOST_AUTO_TEST_CASE(a_link_is_shrunk_and_the_event_says_from_what_to_what) {
  RecordingVictim victim;
  const Fault fault = fault_of("fill(link)");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST((performed->aftermath == Aftermath::resumes));
  BOOST_TEST(!performed->synthetic);
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"shrink room of 3"},
             boost::test_tools::per_element());
  const nlohmann::json& link = performed->details.at("links").at(0);
  BOOST_TEST(link.at("room_before") == 65536);
  BOOST_TEST(link.at("room_after") == 4096);
  BOOST_TEST(link.at("is_full") == true);
}

BOOST_AUTO_TEST_CASE(an_object_that_names_nothing_is_no_fault) {
  RecordingVictim victim;
  victim.descriptors.clear();
  const Fault fault = fault_of("fill(link)");
  BOOST_TEST(((*injector_for(fault))->perform(fault, victim).error().blame == Blame::unavailable));
  BOOST_TEST(victim.done_to_it.empty());
}

BOOST_AUTO_TEST_CASE(a_descriptor_must_be_named) {
  BOOST_TEST(injector_for(fault_of("fill")).error().message ==
             "action fill needs a descriptor, as in fill(link)");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
