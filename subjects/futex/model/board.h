// All executions of an event word and its listener (../notice.h), on a futex whose queue is modelled.
#pragma once

#include "../../common/model/told.h"

namespace futexes {

using ModelWord = harness::model::QueuedWord;

inline void wait(ModelWord& word, uint32_t value) { word.sleep_on(value, false); }

// How many it has woken the model does not say.
inline long wake(ModelWord& word, int count) {
  word.wake(count < harness::model::kMostThreads ? count : harness::model::kMostThreads);
  return 0;
}

}  // namespace futexes

#define HARNESS_FUTEX_WORD ModelWord
#include "../late_sleep.h"

namespace board_model {

using harness::model::Engine;

inline void run_once(Engine& run, const notice::Program& program, const notice::Options& options) {
  told::begin();
  notice::Board board;
  board.version.call("version");
  board.sleepers.call("sleepers");
  board.confirmed.call("confirmed");
  const notice::Run steps{program, options, &board};
  run.thread("announcer", [&] { notice::announce_all(steps); });
  run.thread("listener", [&] {
    harness::model::require(notice::listen_for_all(steps) == 0, "news was told where there is none");
  });
  run.join();  // a listener that nobody wakes is a deadlock
}

// main() of every variant. Nobody looks after the other one, so that there is nothing to say about deaths.
inline int explore_board(const notice::Program& program, int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  constexpr int kVersions = 2;
  return harness::model::run_explorations(
      argc, argv,
      {{.name = "all-executions",
        .bound = {{"versions", kVersions}, {"listeners", 1}},
        .body = [&](Engine& run) { run_once(run, program, {.versions = kVersions}); }}});
}

}  // namespace board_model
