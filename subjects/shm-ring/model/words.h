// All executions of the two words that two sides go through in opposite order (../two_words.h).
#pragma once

#include "../../common/model/told.h"
#include "../two_words.h"

namespace words_model {

using harness::model::Engine;

struct Small : two_words::Right {
  using Atomics = harness::model::Atomics;
};

template <class Variant>
void run_once(Engine& run) {
  told::begin();
  two_words::Pair<Variant> pair;
  pair.parts[0].mark.call("first's mark");
  pair.parts[1].mark.call("second's mark");
  pair.parts[0].thanks.call("first's thanks");
  pair.parts[1].thanks.call("second's thanks");
  run.thread("first", [&] { two_words::take_part(pair, 0); });
  run.thread("second", [&] { two_words::take_part(pair, 1); });
  if (!run.join()) return;
  harness::model::require(two_words::is_one_ended(pair), "both parts are left as begun");
  harness::model::require(two_words::is_one_unthanked(pair), "each was thanked before it thanked");
}

// main() of every variant. Whoever dies leaves a part as begun, so that there is nothing to say about deaths.
template <class Variant>
int explore_words(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  return harness::model::run_explorations(
      argc, argv, {{.name = "all-executions", .bound = {{"rounds", 1}}, .body = [](Engine& run) {
                      run_once<Variant>(run);
                    }}});
}

}  // namespace words_model
