#include "core/schedule.h"

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(schedule)

BOOST_AUTO_TEST_CASE(a_schedule_is_written_and_read_as_the_same) {
  for (const Schedule& one :
       {Schedule{}, Schedule{.order = {"waker", "sleeper.2+3"}}, Schedule{.changes = {4}},
        Schedule{.order = {"waker", "sleeper"}, .changes = {7, 31}}}) {
    const auto again = parse_schedule(to_string(one));
    BOOST_TEST_REQUIRE(again.has_value(), to_string(one));
    BOOST_TEST((*again == one), to_string(one));
  }
  BOOST_TEST(to_string(Schedule{.order = {"waker", "sleeper"}, .changes = {7, 31}}) ==
             "~turns=waker,sleeper:7:31");
}

BOOST_AUTO_TEST_CASE(what_is_no_schedule_is_not_read_as_one) {
  for (const char* text : {"", "turns=", "~turns=a:", "~turns=a:0", "~turns=a:-3", "~turns=a:1x", "~turns=a,",
                           "~turns=a:99999999999"}) {
    BOOST_TEST(!parse_schedule(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(it_is_found_at_the_end_of_an_id) {
  const std::string id = "s/native/v/owner@probe:lock.held~settled=kill~turns=a:3";
  BOOST_TEST(id.substr(schedule_at(id)) == "~turns=a:3");
  BOOST_TEST((schedule_at("s/native/v/no-fault") == std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
