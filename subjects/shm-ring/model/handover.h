// All executions of the number that is handed over by a flag (../mapped_pair.h). The model has one memory and
// no addresses: two threads, two mappings and two processes are the same program here.
#pragma once

#include "../../common/model/told.h"
#include "../mapped_pair.h"

namespace handover_model {

using harness::model::Engine;
using Right = harness::model::Atomics;

template <class Atomics>
void run_once(Engine& run) {
  told::begin();
  mapped_pair::Slot<Atomics> slot;
  slot.is_published.call("is_published");
  slot.number.call("number");
  run.thread("writer", [&] { mapped_pair::write(slot); });
  run.thread("reader", [&] {
    harness::model::require(mapped_pair::take(slot) == mapped_pair::kNumber,
                            "a number was taken that nobody wrote");
  });
  run.join();
}

// main() of every variant, of which the atomics are all that differs. A dead writer leaves its reader
// waiting, natively too, so that there is nothing to say about deaths.
template <class Atomics>
int explore_handover(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  return harness::model::run_explorations(
      argc, argv, {{.name = "all-executions", .bound = {{"rounds", 1}}, .body = [](Engine& run) {
                      run_once<Atomics>(run);
                    }}});
}

}  // namespace handover_model
