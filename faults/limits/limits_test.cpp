#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* action) {
  return {.victim = "maker", .at = *parse_point("probe:object.wanted"), .action = *parse_action(action)};
}

BOOST_AUTO_TEST_SUITE(limits_injector)

BOOST_AUTO_TEST_CASE(each_resource_is_limited_by_its_own_door) {
  RecordingVictim victim;
  for (const char* action : {"exhaust(fds)", "exhaust(queues)", "exhaust(shm)"})
    BOOST_TEST((*injector_for(fault_of(action)))->perform(fault_of(action), victim).ok());
  BOOST_TEST(victim.done_to_it ==
                 (std::vector<std::string>{"limit descriptors", "limit queues", "limit shared memory"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_event_says_how_much_shared_memory_there_is) {
  RecordingVictim victim;
  const auto performed = (*injector_for(fault_of("exhaust(shm)")))->perform(fault_of("exhaust(shm)"), victim);
  BOOST_TEST(performed->details.at("shm").at("bytes") == 4096);
  BOOST_TEST(!performed->synthetic);
}

BOOST_AUTO_TEST_CASE(another_resource_is_refused_with_those_that_there_are) {
  const auto injector = injector_for(fault_of("exhaust(disk)"));
  BOOST_REQUIRE(!injector.ok());
  BOOST_TEST(injector.error().message.find("fds, queues and shm only") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
