#include "report/story.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "report/replay_line.h"
#include "report/sample_record.h"
#include "report/sentence.h"

namespace harness {

BOOST_AUTO_TEST_SUITE(story)

BOOST_AUTO_TEST_CASE(a_lock_that_came_from_a_dead_owner_is_named) {
  const Event lock{.kind = EventKind::ok, .name = "lock", .data = {{"values", {0, 130}}}};
  BOOST_TEST(what_happened(lock) == "lock(0) ok → EOWNERDEAD");
  const Event update{.kind = EventKind::ok, .name = "update", .data = {{"values", {0, 130}}}};
  BOOST_TEST(what_happened(update) == "update(0) ok → 130");
  const Event failed{.kind = EventKind::fail, .name = "lock", .data = {{"values", {0, 110}}}};
  BOOST_TEST(what_happened(failed) == "lock(0) failed → ETIMEDOUT");
}

BOOST_AUTO_TEST_CASE(a_case_is_run_again_as_its_plan_says_or_by_its_id) {
  Case one = sample_case("robust", false, kExpectPass);
  BOOST_TEST(replay_line(one) ==
             "harness replay 'crash-in-lock/native/robust/owner@probe:lock.held~settled=kill'");
  one.replay = "harness replay 'here' --case 'robust'";
  BOOST_TEST(replay_line(one) == one.replay);
}

BOOST_AUTO_TEST_CASE(an_event_of_another_shape_is_still_told) {
  for (const EventKind kind : {EventKind::fault, EventKind::ended, EventKind::blocked, EventKind::lost,
                               EventKind::residue, EventKind::deadline, EventKind::output}) {
    const Event event{.kind = kind, .name = "x", .data = {{"at", 3}, {"signal", "?"}, {"text", nullptr}}};
    BOOST_TEST(!what_happened(event).empty());
  }
}

BOOST_AUTO_TEST_CASE(output_of_a_subject_stays_on_one_line) {
  const Event output{.kind = EventKind::output, .name = "stderr", .data = {{"text", "help\n\x1b[2J"}}};
  BOOST_TEST(what_happened(output) == "wrote to stderr: help\\n\\x1b[2J");
}

BOOST_AUTO_TEST_CASE(the_middle_of_a_long_story_is_left_out) {
  History history;
  CaseResult result{.id = "long",
                    .findings = {{.checker = "progress", .verdict = Verdict::fail, .message = "slow"}}};
  for (int i = 0; i < 40; ++i) {
    history.push_back({.index = i, .role = "owner", .kind = EventKind::reached, .name = "step"});
    result.findings[0].events.push_back(i);
  }
  const std::string text = case_story(sample_case("robust", false, kExpectPass), history, result);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 2 + 24 + 1);
  BOOST_TEST(text.find("… 16 more events in history.jsonl") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(evidence_is_found_in_a_history_of_which_only_a_part_was_kept) {
  const Case one = sample_case("robust", false, kExpectPass);
  const History kept = {kDeadlockHistory[4], kDeadlockHistory[9]};
  const CaseResult result = sample_result(one, Verdict::fail, {kDeadlockFinding}, false);
  BOOST_TEST(case_story(one, kept, result) ==
             R"story(crash-in-lock/native/robust/owner@probe:lock.held~settled=kill: fail
  progress: waiter.1 is blocked for ever in futex: its owner is dead
  >     0.900 ms  owner    fault: kill at probe:lock.held, held until settled
        1.600 ms  harness  left behind: posix-shm /dev/shm/cell
)story");
}

BOOST_AUTO_TEST_CASE(what_the_clean_up_killed_is_no_part_of_the_story) {
  const Case one = sample_case("robust", false, kExpectPass);
  const std::string text =
      case_story(one, kDeadlockHistory, sample_result(one, Verdict::fail, {kDeadlockFinding}, false));
  BOOST_TEST(text.find("owner     was killed by SIGKILL") != std::string::npos);
  BOOST_TEST(text.find("waiter.1  was killed by SIGKILL") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_child_comes_and_goes_in_words_of_its_own) {
  const auto told = [](const char* what) { return what_happened({.kind = EventKind::task, .name = what}); };
  BOOST_TEST(told("child") == "begins, as a child of its role");
  BOOST_TEST(told("child-ended") == "has ended");
  BOOST_TEST(told("exec") == "executes a program in place of its own");
  BOOST_TEST(told("thread") == "has a new thread");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
