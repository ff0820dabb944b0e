// How an execution of the model is laid out: by its steps, since it has no time.
#include "report/step_timeline.h"

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(step_timeline)

namespace {

Event step(int index, const std::string& thread, nlohmann::json data) {
  return {.index = index,
          .time_ns = 900 + index,
          .role = thread,
          .pid = 7,
          .tid = 7,
          .kind = EventKind::note,
          .name = "step",
          .data = std::move(data)};
}

// A relaxed publish: the consumer reads the flag, and not yet what is behind it.
History execution() {
  return {{.index = 0, .role = "model", .pid = 7, .tid = 7, .kind = EventKind::spawned, .name = "spsc"},
          step(1, "producer",
               {{"step", 0}, {"kind", "store"}, {"place", "slot"}, {"value", 5}, {"text", "slot = 5"}}),
          step(2, "producer",
               {{"step", 1}, {"kind", "store"}, {"place", "head"}, {"value", 1}, {"text", "head = 1"}}),
          step(3, "producer", {{"step", 2}, {"kind", "dies"}, {"text", "dies"}}),
          step(4, "consumer",
               {{"step", 3},
                {"kind", "load"},
                {"place", "head"},
                {"value", 1},
                {"from", 1},
                {"text", "head -> 1"}}),
          step(5, "consumer",
               {{"step", 4},
                {"kind", "load"},
                {"place", "slot"},
                {"value", 0},
                {"from", -1},
                {"text", "slot -> 0"}})};
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_thread_has_a_lane_and_each_step_its_place_in_it) {
  const Timeline timeline = step_timeline_of(execution());
  BOOST_REQUIRE(timeline.lanes.size() == 2U);
  BOOST_TEST(timeline.lanes[0].name == "producer");
  BOOST_TEST(timeline.lanes[0].is_struck);
  BOOST_TEST(timeline.lanes[0].end_ns == 3);
  BOOST_TEST(!timeline.lanes[1].is_struck);
  BOOST_REQUIRE(timeline.spans.size() == 4U);
  const Span& load = timeline.spans[2];
  BOOST_TEST(load.lane == 1U);
  BOOST_TEST(load.name == "head -> 1");
  BOOST_TEST(load.begin_ns == 4);
  BOOST_TEST(load.end_ns == 5);
  BOOST_TEST(load.event == 4);
}

BOOST_AUTO_TEST_CASE(a_read_is_linked_with_the_write_of_another_that_it_read) {
  const Timeline timeline = step_timeline_of(execution());
  BOOST_REQUIRE(timeline.links.size() == 1U);
  BOOST_TEST(timeline.links[0].from == 2);
  BOOST_TEST(timeline.links[0].to == 4);
}

BOOST_AUTO_TEST_CASE(a_place_shows_the_newest_in_modification_order_not_the_last_that_was_written) {
  History history = execution();
  history[1].data["newer"] = 0;
  history.insert(history.begin() + 2,
                 step(9, "other", {{"kind", "store"}, {"place", "slot"}, {"value", 4}, {"newer", 1}}));
  const Timeline timeline = step_timeline_of(history);
  BOOST_REQUIRE(timeline.objects.size() == 2U);
  BOOST_TEST(timeline.objects[0].name == "slot");
  BOOST_REQUIRE(timeline.objects[0].states.size() == 1U);
  BOOST_TEST(timeline.objects[0].states[0].value == "5");
}

BOOST_AUTO_TEST_CASE(who_waits_for_ever_is_asleep_until_the_end) {
  History history = execution();
  history.push_back(
      step(6, "consumer", {{"kind", "waits"}, {"place", "bell"}, {"text", "waits for ever: bell"}}));
  const Timeline timeline = step_timeline_of(history);
  BOOST_TEST(timeline.stuck_ns == 6);
  const Span& asleep = timeline.spans.back();
  BOOST_CHECK(asleep.kind == Span::Kind::blocked);
  BOOST_TEST(asleep.name == "bell");
  BOOST_TEST(asleep.end_ns == timeline.end_ns);
}

BOOST_AUTO_TEST_CASE(a_history_of_processes_has_no_steps) {
  BOOST_TEST(!has_steps({{.index = 0, .kind = EventKind::note, .data = {{"text", "a note"}}}}));
  BOOST_TEST(has_steps(execution()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
