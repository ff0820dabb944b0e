// A model program: all executions of a template that a subject runs natively, and what must hold in them.
//
//     PROGRAM --explore NAME [--most N] [--choices STRING]
//
// Explores, and prints the trace of the first execution in which something is wrong; the last line is JSON,
// and says how far it came and what is wrong (check/explored.h reads it). --choices runs one execution again,
// by the string that a failure names, and prints its trace. --most, or else HARNESS_MODEL_MOST, stops after
// so many executions. Exit status: 0 said, 2 wrong usage.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/engine.h"

namespace harness::model {

struct Exploration {
  std::string name;                                // all-executions, or deaths
  std::vector<std::pair<std::string, int>> bound;  // how many items, slots, threads: {"items", 3}
  Limits limits;
  std::function<void(Engine&)> body;
};

// Says in the program file that it has an exploration of this name: the plan has a case for each.
#define MODEL_EXPLORES(NAME) \
  __asm__ volatile(".pushsection harness_modes,\"a\",%progbits\n\t.asciz \"" NAME "\"\n\t.popsection")

// main() of a model program.
int run_explorations(int argc, char** argv, const std::vector<Exploration>& explorations);

// What run_explorations() says of one, without the trace.
std::string to_json(const Exploration& exploration, const Outcome& outcome, double seconds);

}  // namespace harness::model
