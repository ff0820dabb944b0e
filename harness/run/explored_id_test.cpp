#include "run/explored_id.h"

#include <boost/test/unit_test.hpp>

namespace harness {
BOOST_AUTO_TEST_SUITE(explored_ids)

namespace {

Case no_fault() {
  Case one{.id = "s/native/pipe/v/no-fault", .scenario = "s", .target = "native", .variant = "pipe/v"};
  one.roles = {{.name = "reader", .probes = {"link.open"}}, {.name = "sender.1"}};
  one.explored = {"reader", "sender.1"};
  return one;
}

BOOST_AUTO_TEST_CASE(the_faults_of_an_explored_case_are_read_from_its_id_as_they_were) {
  for (const char* text :
       {"reader@syscall:read-link/enter#1..=fail-EIO", "reader@syscall:read-3/enter#3~blocked=eintr-SIGUSR1",
        "sender.1@syscall:mq_timedsend/exit=kill", "sender.1@syscall:write-file/enter#12=short-39",
        "reader@probe:link.open#2=stop", "reader@syscall:read-link/enter~blocked=eintr-SIGRTMIN+2",
        "reader@syscall:read-link/enter~blocked=eintr-SIGRTMIN+2+sender.1@syscall:exit_group/enter=kill",
        "reader@syscall:openat/enter=fail-EMFILE+sender.1@syscall:exit_group/enter=kill"}) {
    const auto faults = explored_faults(text);
    BOOST_REQUIRE_MESSAGE(faults, text);
    BOOST_TEST(to_string(*faults) == text);
  }
  const auto fault = explored_faults("reader@syscall:read-link/enter#3..=fail-EIO")->front();
  BOOST_TEST(to_string(fault.at) == "syscall:read(link)/enter");
  BOOST_TEST(fault.onwards);
  BOOST_TEST(to_string(fault.action) == "fail(EIO)");
  BOOST_CHECK(explored_faults("reader@probe:a=stop")->front().resume.until == Hold::Until::settled);
}

BOOST_AUTO_TEST_CASE(what_no_exploration_makes_is_no_token) {
  for (const char* text : {"", "no-fault", "reader", "reader@syscall:read/enter", "reader@syscall:read=kill",
                           "reader@syscall:read/enter=close-link", "reader@probe:a#0=kill",
                           "reader@probe:a~writer@probe:b=kill", "reader@probe:a=kill+"})
    BOOST_TEST(!explored_faults(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_case_is_made_from_its_recording_and_its_id_alone) {
  const std::string id = "s/native/pipe/v/reader@syscall:read-link/enter=kill";
  const auto one = explored_case(no_fault(), id);
  BOOST_REQUIRE(one);
  BOOST_TEST(one->id == id);
  BOOST_TEST(one->faults.size() == 1);
  BOOST_TEST(one->explored == (std::vector<std::string>{"reader", "sender.1"}));
}

BOOST_AUTO_TEST_CASE(roles_probes_and_variants_that_the_case_does_not_have_are_not_made_up) {
  for (const char* id :
       {"s/native/pipe/v/writer@syscall:read-link/enter=kill", "s/native/pipe/v/reader@probe:link.opn=kill",
        "s/native/pipe/w/reader@probe:link.open=kill", "s/native/pipe/v/no-fault",
        "s/native/pipe/v/reader@syscall:rread/enter=kill"})
    BOOST_TEST(!explored_case(no_fault(), id).has_value(), id);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness
