#include <boost/test/unit_test.hpp>

#include "inject/injector.h"
#include "inject/recording_victim.h"

namespace harness {
namespace {

Fault fault_of(const char* point, const char* action) {
  return {.victim = "owner", .at = *parse_point(point), .action = *parse_action(action)};
}

BOOST_AUTO_TEST_SUITE(fiu_injector)

BOOST_AUTO_TEST_CASE(a_probe_fails_with_1_or_with_the_errno_that_is_named) {
  RecordingVictim victim;
  for (const char* action : {"fail", "fail(EIO)"}) {
    const Fault fault = fault_of("probe:disk.full", action);
    BOOST_TEST(((*injector_for(fault))->perform(fault, victim)->aftermath == Aftermath::resumes));
  }
  const std::vector<std::string> expected = {"fail probe with 1", "fail probe with 5"};
  BOOST_TEST(victim.done_to_it == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_errno_that_does_not_exist_is_refused) {
  BOOST_TEST(injector_for(fault_of("probe:x", "fail(EOI)")).error().message.find("no such errno") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_posix_calls_an_errno_must_be_named_that_they_can_give) {
  const auto refusal = [](const char* point, const char* action) {
    const auto injector = injector_for(fault_of(point, action));
    return injector ? std::string("accepted") : injector.error().message;
  };
  BOOST_TEST(refusal("probe:posix/io/rw/read", "fail(EIO)") == "accepted");
  BOOST_TEST(refusal("probe:posix/io/rw/read", "fail").find("needs an errno") != std::string::npos);
  BOOST_TEST(refusal("probe:posix/io/rw/read", "fail(ENOSPC)").find("read never fails with ENOSPC") !=
             std::string::npos);
  BOOST_TEST(refusal("probe:posix/io/rw/write", "fail(EPIPE)").find("raises no SIGPIPE") !=
             std::string::npos);
  BOOST_TEST(refusal("probe:posix/io/rw/read", "fail(EINTR)").find("runs no handler") != std::string::npos);
  BOOST_TEST(refusal("probe:posix/io/oc/close", "fail(EIO)").find("leaves open") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
