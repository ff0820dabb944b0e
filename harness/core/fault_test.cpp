#include "core/fault.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

template <typename T>
std::string message_of(const Result<T>& result) {
  return result ? "understood" : result.error().message;
}

BOOST_AUTO_TEST_SUITE(fault)

BOOST_AUTO_TEST_CASE(points_read_as_they_are_written) {
  for (const char* text :
       {"probe:lock.held", "probe:end._exit", "probe:posix/io/rw/read", "syscall:write/enter",
        "syscall:futex/exit", "syscall:read(socket)/enter", "insn:lock.held..lock.released", "ending"}) {
    BOOST_TEST(to_string(*parse_point(text)) == text);
  }
  const InjectionPoint point = *parse_point("syscall:futex/exit");
  BOOST_TEST((point.kind == InjectionPoint::Kind::syscall));
  BOOST_TEST(point.name == "futex");
  BOOST_TEST((point.edge == InjectionPoint::Edge::exit));
  BOOST_TEST(parse_point("syscall:read(pipe)/exit")->name == "read");
  BOOST_TEST(parse_point("syscall:read(pipe)/exit")->object == "pipe");
}

BOOST_AUTO_TEST_CASE(a_point_that_is_not_understood_is_named_with_its_mend) {
  for (const char* text : {"",
                           "lock.held",
                           "probe:",
                           "probe:a b",
                           "probe:/",
                           "probe:/a",
                           "probe:a/",
                           "syscall:write",
                           "syscall:/exit",
                           "syscall:write/",
                           "syscall:write/enters",
                           "syscall:write:/enter",
                           "syscall:write-pipe/enter",
                           "syscall:write(/enter",
                           "syscall:(pipe)/enter",
                           "insn:a",
                           "insn:..b",
                           "insn:a..",
                           "insn:a...b",
                           "Probe:a",
                           "endings",
                           "ending:a",
                           ":a"}) {
    BOOST_TEST(message_of(parse_point(text)) ==
               "injection point \"" + std::string(text) +
                   "\" is not understood; write probe:NAME, syscall:NAME/enter, syscall:NAME/exit, "
                   "syscall:NAME(OBJECT)/enter, insn:FROM..TO or ending");
  }
  BOOST_TEST((parse_point("x").error().blame == Blame::usage));
}

BOOST_AUTO_TEST_CASE(instructions_lie_between_two_probes) {
  const InjectionPoint point = *parse_point("insn:lock.held..lock.released");
  BOOST_TEST((point.kind == InjectionPoint::Kind::instruction));
  BOOST_TEST(point.name == "lock.held");
  BOOST_TEST(point.last == "lock.released");
}

BOOST_AUTO_TEST_CASE(an_instruction_is_always_numbered_and_a_storm_is_one_word) {
  Fault fault{.victim = "w", .at = *parse_point("insn:a..b"), .action = *parse_action("signal:USR1")};
  BOOST_TEST(to_string(fault) == "w@insn:a..b#1=signal-USR1");
  fault.arrival = kEveryArrival;
  BOOST_TEST(to_string(fault) == "w@insn:a..b#every=signal-USR1");
  std::vector<Fault> storm;
  for (fault.arrival = 3; fault.arrival <= 12; fault.arrival += 3) storm.push_back(fault);
  BOOST_TEST(to_string(storm) == "w@insn:a..b#3,6..12=signal-USR1");
  storm.back().arrival = 11;
  BOOST_TEST(to_string(storm) == "w@insn:a..b#3,6..9=signal-USR1+w@insn:a..b#11=signal-USR1");
}

BOOST_AUTO_TEST_CASE(arrivals_read_as_they_are_written) {
  for (const char* text : {"waiter@probe:lock.held", "waiter.2@syscall:futex/exit#3"}) {
    BOOST_TEST(to_string(*parse_arrival(text)) == text);
  }
  BOOST_TEST(parse_arrival("waiter@probe:a")->nth == 1);
  BOOST_TEST(parse_arrival("waiter.2@probe:a#12")->nth == 12);
  BOOST_TEST(parse_arrival("waiter.2@probe:a#12")->role == "waiter.2");
  BOOST_TEST(to_string(*parse_arrival("waiter@probe:a#1")) == "waiter@probe:a");
}

BOOST_AUTO_TEST_CASE(an_arrival_that_is_not_understood_is_named_with_its_mend) {
  for (const char* text : {"", "probe:a", "@probe:a", "a b@probe:a", "w@probe:a#", "w@probe:a#0",
                           "w@probe:a#-1", "w@probe:a#2x", "w@probe:a#99999999999"}) {
    BOOST_TEST(message_of(parse_arrival(text)) ==
               "arrival \"" + std::string(text) +
                   "\" is not understood; write ROLE@POINT or ROLE@POINT#N, as in waiter@probe:lock.held#2");
  }
  BOOST_TEST(message_of(parse_arrival("w@lock.held#2")).starts_with("injection point \"lock.held\""));
}

BOOST_AUTO_TEST_CASE(holds_read_as_they_are_written) {
  for (const char* text : {"now", "settled", "waiter@probe:lock.held#2"}) {
    BOOST_TEST(to_string(*parse_hold(text)) == text);
  }
  BOOST_TEST((*parse_hold("now") == Hold{}));
  BOOST_TEST(message_of(parse_hold("later")) ==
             "moment \"later\" is not understood; write now, blocked, settled or ROLE@POINT");
}

BOOST_AUTO_TEST_CASE(actions_read_as_they_are_written) {
  for (const char* text : {"kill", "signal(SIGTERM)", "fail(EIO)"}) {
    BOOST_TEST(to_string(*parse_action(text)) == text);
  }
  BOOST_TEST(parse_action("fail(EIO)")->argument == "EIO");
  BOOST_TEST(parse_action("fail")->argument == "");
  for (const char* text : {"corrupt(frame+8:0040)", "corrupt:frame+8:0040"}) {
    BOOST_TEST(parse_action(text)->name == "corrupt");
    BOOST_TEST(parse_action(text)->argument == "frame+8:0040");
  }
  BOOST_TEST(parse_action("corrupt({name}+8:0040)")->argument == "{name}+8:0040");
}

BOOST_AUTO_TEST_CASE(an_action_that_is_not_understood_is_named_with_its_mend) {
  for (const char* text :
       {"", "kill now", "signal(", "signal()", "(SIGTERM)", "signal(SIGTERM", "signal(A)B", "signal(a b)",
        "signal)", "corrupt({nam}+8:00)", "corrupt(x{name}+8:00)", "corrupt({name})"}) {
    BOOST_TEST(message_of(parse_action(text)) ==
               "action \"" + std::string(text) +
                   "\" is not understood; write NAME or NAME(ARGUMENT), as in kill or fail(EIO)");
  }
}

Fault kill_owner() {
  return {.victim = "owner", .at = *parse_point("probe:lock.held"), .action = {.name = "kill"}};
}

BOOST_AUTO_TEST_CASE(a_fault_is_one_word_for_a_case_id) {
  Fault fault = kill_owner();
  BOOST_TEST(to_string(fault) == "owner@probe:lock.held=kill");
  fault.action = *parse_action("corrupt({name}+8:0040)");
  BOOST_TEST(to_string(fault) == "owner@probe:lock.held=corrupt-name+8:0040");
  fault.arrival = 3;
  fault.hold = *parse_hold("settled");
  fault.action = *parse_action("signal(SIGTERM)");
  BOOST_TEST(to_string(fault) == "owner@probe:lock.held#3~settled=signal-SIGTERM");
  fault.hold = *parse_hold("waiter@syscall:futex/enter#2");
  BOOST_TEST(to_string(fault) == "owner@probe:lock.held#3~waiter@syscall:futex/enter#2=signal-SIGTERM");
}

BOOST_AUTO_TEST_CASE(faults_of_one_case_are_joined) {
  BOOST_TEST(to_string(std::vector<Fault>{}) == "no-fault");
  BOOST_TEST(to_string(std::vector<Fault>{kill_owner(), kill_owner()}) ==
             "owner@probe:lock.held=kill+owner@probe:lock.held=kill");
}

BOOST_AUTO_TEST_CASE(the_role_of_an_instance_is_its_name_without_the_number) {
  BOOST_TEST(role_of("waiter.2") == "waiter");
  BOOST_TEST(role_of("waiter") == "waiter");
  BOOST_TEST(role_of("waiter.x") == "waiter.x");
  BOOST_TEST(role_of("waiter.") == "waiter.");
  BOOST_TEST(role_of("a.1.2") == "a.1");
  BOOST_TEST(role_of("") == "");
}

BOOST_AUTO_TEST_CASE(a_role_names_its_instances_and_an_instance_only_itself) {
  BOOST_TEST(names_instance("waiter", "waiter.2"));
  BOOST_TEST(names_instance("waiter", "waiter"));
  BOOST_TEST(names_instance("waiter.2", "waiter.2"));
  BOOST_TEST(!names_instance("waiter.2", "waiter.1"));
  BOOST_TEST(!names_instance("waiter.2", "waiter"));
  BOOST_TEST(!names_instance("wait", "waiter.2"));
}

BOOST_AUTO_TEST_CASE(a_point_may_be_for_calls_on_one_descriptor_only) {
  const auto point = parse_point("syscall:write(link)/enter");
  BOOST_TEST(point->name == "write");
  BOOST_TEST(point->object == "link");
  BOOST_TEST(to_string(*point) == "syscall:write(link)/enter");
  BOOST_TEST(!parse_point("syscall:write()/enter"));
  BOOST_TEST(!parse_point("syscall:write(a b)/enter"));
  BOOST_TEST(!parse_point("syscall:write(link/enter"));
  BOOST_TEST(parse_arrival("waiter@syscall:read(data.read)/exit#3")->point.object == "data.read");
}

BOOST_AUTO_TEST_CASE(a_fault_is_named_without_what_a_shell_would_expand) {
  const Fault fault{.victim = "writer",
                    .at = *parse_point("syscall:write(link)/enter"),
                    .action = *parse_action("close(link)"),
                    .synthetic = true};
  BOOST_TEST(to_string(fault) == "writer@syscall:write-link/enter=close-link-synthetic");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
