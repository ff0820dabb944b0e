// Straight-line programs as text, run by the model and, independently of it, judged by RC11's axioms.
//
//     Wx1.rel Ry.acq | Wy1.rlx F.sc Ux1.acq_rel
//
// Threads are parted by |. W writes, R reads, U adds, X exchanges; then the place, the value and the order. F
// is a fence. An outcome is what each R, U and X has read, and what stands last at each place.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/engine.h"

namespace harness::model {

struct Instruction {
  char kind = 'R';
  int place = 0;
  uint64_t value = 0;
  Order order = Order::relaxed;
};

using LitmusProgram = std::vector<std::vector<Instruction>>;

LitmusProgram read_litmus(const std::string& text);
std::string to_text(const LitmusProgram& program);

Outcome run_litmus(const LitmusProgram& program, const Limits& limits = {});

// The same executions; but an outcome is the graph, as Engine::graph() tells it.
Outcome graphs_of(const LitmusProgram& program, const Limits& limits = {});

// Every choice of reads-from and modification order is made, and those that break an axiom are thrown away.
// Shares no code with the model.
std::set<std::string> outcomes_by_axioms(const LitmusProgram& program);

}  // namespace harness::model
