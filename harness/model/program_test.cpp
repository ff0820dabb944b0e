// What a model program says, and what stands in for what code over shared memory waits for.
#include "model/program.h"

#include <boost/test/unit_test.hpp>

#include "model/shared.h"

using namespace harness::model;

BOOST_AUTO_TEST_SUITE(Programs)

namespace {

// A sleeper that looks at its peer when it wakes, or does not.
Outcome sleeper(bool has_end) {
  return explore({.crashes = 1}, [&](Engine& run) {
    QueuedWord word;
    Seat peer;
    peer.pid.thread = 0;
    run.thread("peer", [&] {
      word.store(1, Order::release);
      word.wake(1);
      peer.is_done.store(1, Order::release);
    });
    run.thread("sleeper", [&] {
      while (word.load(Order::acquire) == 0) {
        word.sleep_on(0, has_end);
        if (word.load(Order::acquire) == 0 && has_died(peer)) return;
      }
    });
    run.join();
  });
}

// Whoever finds the ring full and its reader dead gives up; it fell asleep when it knew of the death already.
Outcome late_sleeper() {
  return explore({.crashes = 1}, [&](Engine& run) {
    TimedWord word;
    run.thread("peer", [&] { word.store(1, Order::release); });
    run.thread("sleeper", [&] {
      const bool knows = has_died(0);
      word.sleep_on(0, true);
      if (knows) require(word.load(Order::relaxed) <= 1, "there is no other value");
    });
    run.join();
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(ASleepWithAnEndOutlivesItsPeer) {
  const Outcome found = sleeper(true);
  BOOST_TEST(found.exhausted);
  BOOST_TEST(found.error == "");
}

BOOST_AUTO_TEST_CASE(ASleepWithoutAnEndDoesNot) { BOOST_TEST(sleeper(false).error.starts_with("deadlock")); }

BOOST_AUTO_TEST_CASE(PatienceEndsWhenNothingElseHappens) {
  const Outcome found = late_sleeper();
  BOOST_TEST(found.exhausted);
  BOOST_TEST(found.error == "");
}

BOOST_AUTO_TEST_CASE(WhoeverWaitsForNobodyIsADeadlockAllTheSame) {
  const Outcome found = explore({}, [](Engine& run) {
    TimedWord word;
    run.thread("sleeper", [&] {
      while (word.load(Order::relaxed) == 0) word.sleep_on(0, true);
    });
    run.join();
  });
  BOOST_TEST(found.error.starts_with("deadlock"));
}

BOOST_AUTO_TEST_CASE(ALoopThatIsNoWaitIsGivenUpAndNoPass) {
  const Exploration spinner{
      .name = "all-executions", .bound = {{"threads", 1}}, .limits = {}, .body = [](Engine& run) {
        Atomic<uint32_t> word;
        run.thread("spinner", [&] {
          while (word.load(Order::relaxed) == 0) {
          }
        });
        run.join();
      }};
  const Outcome found = explore(spinner.limits, spinner.body);
  BOOST_TEST(found.endless == 1U);
  BOOST_TEST(found.executions == 0U);
  BOOST_TEST(to_json(spinner, found, 0).find(R"("complete":false)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(AProgramSaysItsBoundAndItsFailure) {
  const Exploration torn{.name = "deaths", .bound = {{"items", 2}}, .limits = {.crashes = 1}, .body = {}};
  Outcome outcome{.executions = 7};
  outcome.error = "data race: a and b";
  outcome.choices = "012";
  outcome.threads = {"writer", "reader"};
  outcome.steps = {
      {.thread = 0, .kind = "store", .place = "a", .order = "relaxed", .value = 1, .text = "a = 1"},
      {.thread = 1,
       .kind = "load",
       .place = "a",
       .order = "acquire",
       .value = 1,
       .from = 0,
       .text = "a -> 1"}};
  outcome.evidence = {1};
  const std::string told = to_json(torn, outcome, 0.5);
  BOOST_TEST(told.starts_with(R"({"model":{"bound":{"deaths":1,"items":2},"complete":false)"));
  BOOST_TEST(
      told.find(
          R"("failure":{"choices":"012","evidence":[1],"kind":"data race","message":"data race: a and b","steps":[)"
          R"({"kind":"store","order":"relaxed","place":"a","text":"a = 1","thread":"writer","value":1},)"
          R"({"from":0,"kind":"load","order":"acquire","place":"a","text":"a -> 1","thread":"reader","value":1}])") !=
          std::string::npos,
      told);
}

BOOST_AUTO_TEST_SUITE_END()
