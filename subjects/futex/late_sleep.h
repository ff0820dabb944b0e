// What two mutants do in another order, so that who is about to sleep misses the news.
#pragma once

#include "notice.h"

namespace notice {

inline void sleep_on_what_is_there(const Run& run, uint32_t) {
  futexes::wait(run.board->version, run.board->version.load());
}

inline void wake_then_raise(const Run& run) {
  futexes::tell_answer("woken", run.program.wake_all(run));
  HARNESS_PROBE("version.half-announced");
  run.board->version.fetch_add(1);
}

}  // namespace notice
