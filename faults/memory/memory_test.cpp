#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* action) {
  return {.victim = "server", .at = *parse_point("probe:frame.checked"), .action = *parse_action(action)};
}

BOOST_AUTO_TEST_SUITE(memory_injector)

BOOST_AUTO_TEST_CASE(the_bytes_are_written_and_the_event_says_what_was_there) {
  RecordingVictim victim;
  const Fault fault = fault_of("corrupt(frame+8:00000040)");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST((performed->aftermath == Aftermath::resumes));
  BOOST_TEST(!performed->synthetic);
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"write 4 bytes at frame+8"},
             boost::test_tools::per_element());
  BOOST_TEST(performed->details.at("memory").at("before") == "07000000");
  BOOST_TEST(performed->details.at("memory").at("after") == "00000040");
}

BOOST_AUTO_TEST_CASE(what_is_not_an_offset_and_bytes_is_refused_with_the_form) {
  for (const char* action :
       {"corrupt", "corrupt(frame)", "corrupt(frame+0)", "corrupt(frame+x:00)", "corrupt(frame+0:0)",
        "corrupt(frame+0:0g)", "corrupt(+0:00)", "corrupt(frame+0:)"}) {
    const auto injector = injector_for(fault_of(action));
    BOOST_REQUIRE_MESSAGE(!injector.ok(), action);
    BOOST_TEST(injector.error().message.find("NAME+OFFSET:HEX") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_object_is_cut_and_the_event_says_what_size_it_had) {
  RecordingVictim victim;
  const Fault fault = fault_of("truncate(frame:4096)");
  const auto performed = (*injector_for(fault))->perform(fault, victim);
  BOOST_TEST((performed->aftermath == Aftermath::resumes));
  BOOST_TEST(!performed->synthetic);
  BOOST_TEST(victim.done_to_it == std::vector<std::string>{"truncate frame to 4096"},
             boost::test_tools::per_element());
  BOOST_TEST(performed->details.at("memory").at("size_before") == 65536);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_name_and_a_size_is_refused_with_the_form) {
  for (const char* action : {"truncate", "truncate(frame)", "truncate(:1)", "truncate(frame:)",
                             "truncate(frame:-1)", "truncate(frame:4k)"}) {
    const auto injector = injector_for(fault_of(action));
    BOOST_REQUIRE_MESSAGE(!injector.ok(), action);
    BOOST_TEST(injector.error().message.find("NAME:BYTES") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
