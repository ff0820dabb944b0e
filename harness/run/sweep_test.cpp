#include "run/sweep.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

Case sweep() {
  Case planned{.id = "s/native/v/w@insn:a..b#every~settled=kill"};
  planned.faults.push_back({.victim = "w",
                            .at = *parse_point("insn:a..b"),
                            .arrival = kEveryArrival,
                            .hold = *parse_hold("settled"),
                            .action = *parse_action("kill")});
  return planned;
}

Event arrived(int nth) { return {.kind = EventKind::arrived, .name = "insn:a..b", .data = {{"nth", nth}}}; }

BOOST_AUTO_TEST_SUITE(sweeps)

BOOST_AUTO_TEST_CASE(a_case_of_a_sweep_is_named_by_its_arrival) {
  const Case third = at_arrival(sweep(), 3);
  BOOST_TEST(is_sweep(sweep()));
  BOOST_TEST(!is_sweep(third));
  BOOST_TEST(third.faults.front().arrival == 3);
  BOOST_TEST(third.id == "s/native/v/w@insn:a..b#3~settled=kill");
}

BOOST_AUTO_TEST_CASE(there_are_as_many_cases_as_instructions_were_counted) {
  BOOST_TEST(counted_arrivals(sweep(), {arrived(41)}) == 41);
  BOOST_TEST(counted_arrivals(sweep(), {}) == 0);
}

BOOST_AUTO_TEST_CASE(a_case_of_a_sweep_is_found_by_its_id) {
  const std::vector<Case> planned = {sweep()};
  BOOST_TEST(find_case(planned, "s/native/v/w@insn:a..b#17~settled=kill")->faults.front().arrival == 17);
  for (const char* id : {"s/native/v/w@insn:a..b#0~settled=kill", "s/native/v/w@insn:a..b#x~settled=kill",
                         "s/native/v/w@insn:a..b#17=kill", "s/native/w/w@insn:a..b#17~settled=kill"}) {
    BOOST_TEST(!find_case(planned, id).has_value(), id);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
