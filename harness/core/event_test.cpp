#include "core/event.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

using nlohmann::json;

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(an_event_survives_json) {
  const Event told{.index = 3,
                   .time_ns = 1'234'567'890'123,
                   .role = "waiter.2",
                   .pid = 10,
                   .tid = 11,
                   .kind = EventKind::ok,
                   .name = "lock",
                   .data = {{"values", {7, 130}}}};
  const Event read = json::parse(json(told).dump()).get<Event>();
  BOOST_TEST(json(read) == json(told));
  BOOST_TEST(read.time_ns == 1'234'567'890'123);
  BOOST_TEST(read.role == "waiter.2");
  BOOST_TEST(read.tid == 11);
  BOOST_TEST((read.kind == EventKind::ok));
  BOOST_TEST(read.value(1) == 130);
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_name_of_its_own_that_reads_back) {
  for (int number = 0; number <= static_cast<int>(EventKind::note); ++number) {
    const Event one{.kind = static_cast<EventKind>(number)};
    BOOST_TEST(to_string(one.kind) != "?");
    BOOST_TEST((json(one).get<Event>().kind == one.kind));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_throws_with_its_name) {
  json stored = Event{};
  stored["kind"] = "explosion";
  const auto says_it = [](const json::exception& thrown) {
    return std::string(thrown.what()).find("event kind \"explosion\" is not known") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(stored.get<Event>(), json::exception, says_it);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_not_there_is_the_one_that_the_caller_names) {
  const Event told{.data = {{"values", {7}}}};
  BOOST_TEST(told.value(0) == 7);
  BOOST_TEST(told.value(1) == 0);
  BOOST_TEST(told.value(1, -1) == -1);
  BOOST_TEST(Event{}.value(0, 5) == 5);
}

BOOST_AUTO_TEST_CASE(order_is_by_time_and_keeps_equals_as_they_stood) {
  History history = {{.time_ns = 30, .name = "c"},
                     {.time_ns = 10, .name = "a"},
                     {.time_ns = 20, .name = "b1"},
                     {.time_ns = 20, .name = "b2"}};
  put_in_order(history);
  std::string names;
  for (const Event& one : history) names += one.name + std::to_string(one.index) + " ";
  BOOST_TEST(names == "a0 b11 b22 c3 ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
