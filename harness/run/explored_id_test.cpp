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
  for (const char* text :
       {"", "no-fault", "reader", "reader@syscall:read/enter", "reader@syscall:read=kill",
        "reader@syscall:read/enter=close-link", "reader@probe:a=signal-SIGTERM", "reader@probe:a#0=kill",
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

// A survey of the way from one probe to another, with the others where they are held until its victim
// arrives.
Case surveyed() {
  Case one = no_fault();
  one.roles.front().probes = {"wanted", "held"};
  one.roles.back().probes = {"asks"};
  Fault start{.victim = "sender.1", .at = {.name = "asks"}, .action = {"stop", ""}};
  start.resume = {.until = Hold::Until::arrival, .arrival = {.role = "reader", .point = {.name = "held"}}};
  Fault walk{.victim = "reader", .at = *parse_point("insn:wanted..held"), .arrival = kEveryArrival};
  walk.action = {"kill", ""};
  one.faults = {start, walk};
  one.id = "s/native/pipe/v/" + to_string(one.faults);
  return one;
}

BOOST_AUTO_TEST_CASE(a_case_of_an_instruction_is_made_from_its_survey_and_its_id) {
  for (const char* faults :
       {"reader@insn:wanted..held#7=kill", "reader@insn:wanted..held#7~settled=kill",
        "reader@insn:wanted..held#5~settled=signal-SIGCONT+reader@insn:wanted..held#7=kill",
        "sender.1@probe:asks=stop+reader@insn:wanted..held#5~sender.1@probe:asks#2=signal-SIGCONT+"
        "reader@insn:wanted..held#7=kill+sender.1@probe:asks#2=stop"}) {
    const std::string id = std::string("s/native/pipe/v/") + faults;
    BOOST_TEST(region_in(id) == "wanted..held");
    const auto one = explored_case_in_region(surveyed(), id);
    BOOST_REQUIRE_MESSAGE(one, id);
    BOOST_TEST(one->id == id);
    BOOST_TEST(!explored_case(no_fault(), id).has_value());
  }
  const auto one = explored_case_in_region(
      surveyed(), "s/native/pipe/v/sender.1@probe:asks=stop+reader@insn:wanted..held#7=kill");
  BOOST_REQUIRE(one);
  BOOST_CHECK(one->faults.front() == surveyed().faults.front());
  for (const char* faults : {"reader@insn:wanted..hold#7=kill", "sender.1@insn:wanted..held#7=kill",
                             "reader@probe:held=kill", "no-fault"})
    BOOST_TEST(!explored_case_in_region(surveyed(), std::string("s/native/pipe/v/") + faults).has_value());
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
