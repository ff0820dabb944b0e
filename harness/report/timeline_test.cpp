#include "report/timeline.h"

#include <boost/test/unit_test.hpp>

#include "report/sample_record.h"
#include "report/wait_for.h"

using namespace harness;

namespace {

Event event_of(int index, const char* role, int pid, EventKind kind, const char* name,
               nlohmann::json data = nlohmann::json::object()) {
  return {.index = index,
          .time_ns = index * 1'000,
          .role = role,
          .pid = pid,
          .tid = pid,
          .kind = kind,
          .name = name,
          .data = std::move(data)};
}

const Span* span_named(const Timeline& timeline, const std::string& name) {
  for (const Span& span : timeline.spans) {
    if (span.name == name) return &span;
  }
  return nullptr;
}

nlohmann::json values(std::vector<int64_t> all) { return {{"values", std::move(all)}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(timeline)

BOOST_AUTO_TEST_CASE(each_process_has_a_lane_that_says_how_it_ended_and_who_ended_it) {
  const Timeline timeline = timeline_of(kDeadlockHistory);
  BOOST_REQUIRE_EQUAL(timeline.lanes.size(), 2U);
  BOOST_TEST(timeline.lanes[0].name == "owner");
  BOOST_TEST(timeline.lanes[0].end == "was killed by SIGKILL");
  BOOST_TEST(timeline.lanes[0].is_struck);
  BOOST_TEST(!timeline.lanes[0].is_cleaned_up);
  BOOST_TEST(!timeline.lanes[1].is_struck);
  BOOST_TEST(timeline.lanes[1].is_cleaned_up);
  BOOST_TEST(timeline.stuck_ns == 1'200'000);
}

BOOST_AUTO_TEST_CASE(a_child_of_a_role_has_a_lane_of_its_own) {
  const Timeline timeline = timeline_of({event_of(0, "broker", 10, EventKind::spawned, "broker"),
                                         event_of(1, "broker", 14, EventKind::reached, "request.taken")});
  BOOST_REQUIRE_EQUAL(timeline.lanes.size(), 2U);
  BOOST_TEST(timeline.lanes[1].name == "broker's child 14");
}

BOOST_AUTO_TEST_CASE(an_operation_lasts_until_its_answer_and_one_without_until_the_end_of_its_process) {
  const Timeline timeline = timeline_of({event_of(0, "a", 10, EventKind::invoke, "lock", values({0})),
                                         event_of(1, "a", 10, EventKind::ok, "lock", values({0, 0})),
                                         event_of(2, "a", 10, EventKind::invoke, "send", values({7})),
                                         event_of(3, "a", 10, EventKind::ended, "exit", {{"code", 1}}),
                                         event_of(4, "b", 11, EventKind::reached, "x")});
  const Span* lock = span_named(timeline, "lock(0)");
  const Span* send = span_named(timeline, "send(7)");
  BOOST_REQUIRE(lock != nullptr);
  BOOST_REQUIRE(send != nullptr);
  BOOST_TEST(lock->end_ns == 1'000);
  BOOST_TEST(!lock->is_open);
  BOOST_CHECK(lock->outcome == EventKind::ok);
  BOOST_TEST(send->is_open);
  BOOST_TEST(send->end_ns == 3'000);
}

BOOST_AUTO_TEST_CASE(a_stopped_victim_goes_on_where_the_history_says_so) {
  const Timeline timeline =
      timeline_of({event_of(0, "a", 10, EventKind::spawned, "a"),
                   event_of(1, "a", 10, EventKind::fault, "stop", {{"signal_sent", 19}}),
                   event_of(5, "a", 10, EventKind::resumed, "settled"),
                   event_of(9, "a", 10, EventKind::ended, "exit", {{"code", 0}})});
  const Span* stopped = span_named(timeline, "stopped");
  BOOST_REQUIRE(stopped != nullptr);
  BOOST_TEST(stopped->begin_ns == 1'000);
  BOOST_TEST(stopped->end_ns == 5'000);
}

BOOST_AUTO_TEST_CASE(a_lock_of_a_dead_owner_stays_held_and_is_told_as_broken) {
  const Timeline timeline = timeline_of({event_of(0, "a", 10, EventKind::ok, "lock", values({0, 0})),
                                         event_of(1, "a", 10, EventKind::invoke, "unlock", values({0})),
                                         event_of(2, "b", 11, EventKind::ok, "lock", values({0, 0})),
                                         event_of(3, "b", 11, EventKind::ended, "signal", {{"signal", 9}})});
  BOOST_REQUIRE_EQUAL(timeline.objects.size(), 1U);
  const std::vector<ObjectTrack::State>& states = timeline.objects[0].states;
  BOOST_REQUIRE_EQUAL(states.size(), 4U);
  BOOST_TEST(states[0].value == "a");
  BOOST_TEST(states[1].value == "");
  BOOST_TEST(states[2].value == "b");
  BOOST_TEST(states[3].value == "b, dead");
  BOOST_TEST(states[3].is_broken);
}

BOOST_AUTO_TEST_CASE(records_under_way_are_counted_only_where_both_sides_tell) {
  const Event sent = event_of(0, "a", 10, EventKind::ok, "send", values({1, 40}));
  BOOST_TEST(timeline_of({sent}).objects.empty());
  const Timeline both = timeline_of({sent, event_of(1, "b", 11, EventKind::ok, "receive", values({1, 40}))});
  BOOST_REQUIRE_EQUAL(both.objects.size(), 1U);
  BOOST_TEST(*both.objects[0].states[0].level == 1);
  BOOST_TEST(*both.objects[0].states[1].level == 0);
}

BOOST_AUTO_TEST_CASE(a_recorded_call_lasts_from_its_entry_to_its_return_in_the_same_thread) {
  const auto call = [](int index, const char* role, int pid, const char* name, nlohmann::json more) {
    more["call"] = true;
    return event_of(index, role, pid, EventKind::arrived, name, std::move(more));
  };
  const Timeline timeline =
      timeline_of({call(0, "a", 10, "syscall:read/enter", {}), call(1, "b", 11, "syscall:write/enter", {}),
                   call(2, "b", 11, "syscall:write/exit", {{"result", -32}}),
                   call(3, "b", 11, "syscall:close/exit", {{"result", 0}}),
                   event_of(4, "a", 10, EventKind::arrived, "syscall:read/enter"),
                   event_of(5, "a", 10, EventKind::ended, "exit", {{"code", 1}})});
  BOOST_REQUIRE_EQUAL(timeline.spans.size(), 2U);
  BOOST_TEST(timeline.spans[0].name == "read");
  BOOST_TEST(timeline.spans[0].is_open);
  BOOST_TEST(timeline.spans[0].end_ns == 5'000);
  BOOST_TEST(timeline.spans[1].name == "write");
  BOOST_CHECK(timeline.spans[1].kind == Span::Kind::call);
  BOOST_CHECK(timeline.spans[1].outcome == EventKind::fail);
  BOOST_TEST(timeline.spans[1].end_ns == 2'000);
}

BOOST_AUTO_TEST_CASE(a_pipe_has_a_level_wherever_somebody_looked_also_in_the_postmortem) {
  const auto fill = [](int holds) {
    return nlohmann::json{
        {"fill", {{"object", "link data"}, {"holds", holds}, {"room", 4096}, {"unit", "bytes"}}}};
  };
  const Timeline timeline =
      timeline_of({event_of(0, "w", 10, EventKind::arrived, "syscall:write/exit", fill(7)),
                   event_of(1, "", 0, EventKind::deadlock, ""),
                   event_of(2, "w", 10, EventKind::blocked, "write", fill(4096))});
  BOOST_REQUIRE_EQUAL(timeline.objects.size(), 1U);
  BOOST_TEST(timeline.objects[0].name == "bytes in link data");
  BOOST_REQUIRE_EQUAL(timeline.objects[0].states.size(), 2U);
  BOOST_TEST(*timeline.objects[0].states[1].level == 4096);
}

BOOST_AUTO_TEST_CASE(a_childs_lane_ends_with_it) {
  const Timeline timeline = timeline_of({event_of(0, "sh", 10, EventKind::spawned, "sh"),
                                         event_of(1, "sh", 14, EventKind::task, "child"),
                                         event_of(2, "sh", 14, EventKind::task, "child-ended"),
                                         event_of(9, "sh", 10, EventKind::ended, "exit", {{"code", 0}})});
  BOOST_REQUIRE_EQUAL(timeline.lanes.size(), 2U);
  BOOST_TEST(timeline.lanes[1].end_ns == 2'000);
}

BOOST_AUTO_TEST_CASE(what_the_clean_up_does_is_no_state_of_an_object) {
  const Timeline timeline = timeline_of({event_of(0, "a", 10, EventKind::ok, "lock", values({0, 0})),
                                         event_of(1, "", 0, EventKind::deadlock, ""),
                                         event_of(2, "a", 10, EventKind::ended, "signal", {{"signal", 9}})});
  BOOST_REQUIRE_EQUAL(timeline.objects[0].states.size(), 1U);
}

BOOST_AUTO_TEST_CASE(a_history_with_gaps_is_not_whole) {
  BOOST_TEST(is_whole(kDeadlockHistory));
  BOOST_TEST(!is_whole({kDeadlockHistory[4]}));
  BOOST_TEST(!is_whole({}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(who_waits_for_whom)

BOOST_AUTO_TEST_CASE(two_waiters_of_one_mutex_meet_in_it_and_its_owner_is_dead) {
  const auto blocked = [](int index, const char* role, int pid, const char* address) {
    return event_of(index, role, pid, EventKind::blocked, "futex",
                    {{"wait", "futex"},
                     {"futex",
                      {{"address", address},
                       {"object", "/dev/shm/cell (deleted)"},
                       {"offset", 8},
                       {"word", 2},
                       {"mutex", "normal"},
                       {"owner_role", "owner"},
                       {"owner_alive", false}}}});
  };
  const WaitFor graph = wait_for({event_of(0, "owner", 10, EventKind::ended, "signal", {{"signal", 9}}),
                                  event_of(1, "", 0, EventKind::deadlock, ""),
                                  blocked(2, "w.1", 11, "0x7f01"), blocked(3, "w.2", 12, "0x7f02")});
  BOOST_REQUIRE_EQUAL(graph.nodes.size(), 4U);
  BOOST_REQUIRE_EQUAL(graph.edges.size(), 3U);
  BOOST_TEST(graph.nodes[2].label == "normal mutex /dev/shm/cell+8");
  BOOST_TEST(graph.nodes[3].label == "owner");
  BOOST_TEST(graph.nodes[3].is_dead);
  BOOST_TEST(graph.edges[1].to == "owner");
  BOOST_TEST(graph.edges[1].label == "held by");
}

BOOST_AUTO_TEST_CASE(private_futexes_of_two_processes_are_two) {
  const auto blocked = [](int index, const char* role, int pid) {
    return event_of(index, role, pid, EventKind::blocked, "futex",
                    {{"futex", {{"address", "0x7f01"}, {"object", "[anon]"}, {"offset", 1}, {"word", 0}}}});
  };
  const WaitFor graph = wait_for({blocked(0, "a", 10), blocked(1, "b", 11)});
  BOOST_TEST(graph.nodes.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_receiver_waits_in_a_queue_that_the_dead_no_longer_serve) {
  const WaitFor graph = wait_for({event_of(0, "receiver", 10, EventKind::blocked, "mq_timedreceive",
                                           {{"wait", "queue"},
                                            {"queue",
                                             {{"name", "/q"},
                                              {"messages", 0},
                                              {"messages_at_most", 4},
                                              {"is_full", false},
                                              {"ended", {"sender"}}}}})});
  BOOST_REQUIRE_EQUAL(graph.edges.size(), 2U);
  BOOST_TEST(graph.edges[0].label == "waits for a message in");
  BOOST_TEST(graph.nodes[1].detail == "0 of 4 messages");
  BOOST_TEST(graph.nodes[2].is_dead);
}

BOOST_AUTO_TEST_CASE(a_reader_waits_for_a_child_of_the_dead_that_has_the_other_end_of_its_pipe) {
  const WaitFor graph = wait_for(
      {event_of(0, "feeder", 10, EventKind::spawned, "feeder"),
       event_of(1, "feeder", 10, EventKind::ended, "signal", {{"signal", 9}}),
       event_of(2, "collector", 11, EventKind::blocked, "read",
                {{"fd",
                  {{"number", 0},
                   {"object", "pipe:[7]"},
                   {"link", "feed"},
                   {"other_end", {{{"role", "feeder"}, {"pid", 14}, {"child", true}}}}}},
                 {"fill", {{"object", "link feed"}, {"holds", 0}, {"room", 65536}, {"unit", "bytes"}}}}),
       event_of(3, "feeder", 14, EventKind::blocked, "pause", {{"wait", "signal"}, {"child", true}})});
  BOOST_REQUIRE_EQUAL(graph.edges.size(), 3U);
  BOOST_TEST(graph.edges[1].label == "other end open in");
  BOOST_TEST(graph.edges[1].to == "feeder's child 14");
  BOOST_TEST(graph.edges[2].from == "feeder's child 14");
  for (const WaitFor::Node& node : graph.nodes) BOOST_TEST(!node.is_dead);
  BOOST_TEST(graph.nodes[2].detail == "descriptor 0, empty");
}

BOOST_AUTO_TEST_CASE(a_history_of_whatever_shape_breaks_nothing) {
  BOOST_TEST(wait_for({event_of(0, "a", 10, EventKind::blocked, "futex", {{"futex", 7}})}).nodes.size() ==
             2U);
  BOOST_TEST(
      wait_for({event_of(0, "a", 10, EventKind::blocked, "", {{"explained", "is running"}})}).nodes.size() ==
      1U);
  BOOST_TEST(wait_for({}).nodes.empty());
}

BOOST_AUTO_TEST_SUITE_END()
