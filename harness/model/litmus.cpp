#include "model/litmus.h"

#include <map>
#include <memory>
#include <sstream>

#include "base/check.h"
#include "model/model.h"

namespace harness::model {

namespace {

const std::map<std::string, Order>& orders() {
  static const std::map<std::string, Order> known = {{"rlx", Order::relaxed},
                                                     {"acq", Order::acquire},
                                                     {"rel", Order::release},
                                                     {"acq_rel", Order::acq_rel},
                                                     {"sc", Order::seq_cst}};
  return known;
}

Instruction read_instruction(const std::string& word) {
  const size_t dot = word.find('.');
  CHECK(dot != std::string::npos) << word;
  const auto order = orders().find(word.substr(dot + 1));
  CHECK(order != orders().end()) << word;
  Instruction one{.kind = word[0], .order = order->second};
  if (one.kind == 'F') return one;
  one.place = word[1] - 'x';
  if (one.place < 0 || one.place > 2) one.place = 3;  // w
  if (one.kind != 'R') one.value = static_cast<uint64_t>(word[2] - '0');
  return one;
}

void perform(const Instruction& one, Atomic<uint64_t>& place, uint64_t& seen) {
  switch (one.kind) {
    case 'W':
      place.store(one.value, one.order);
      break;
    case 'R':
      seen = place.load(one.order);
      break;
    case 'U':
      seen = place.fetch_add(one.value, one.order);
      break;
    case 'X':
      seen = place.exchange(one.value, one.order);
      break;
    default:
      fence(one.order);
  }
}

// The places, and what each instruction has read.
struct Memory {
  Atomic<uint64_t> x{0, "x"}, y{0, "y"}, z{0, "z"}, w{0, "w"};
  Atomic<uint64_t>* places[4] = {&x, &y, &z, &w};
  std::vector<std::vector<uint64_t>> seen;
};

std::string values_text(const LitmusProgram& program, const Memory& memory) {
  std::string text;
  for (size_t i = 0; i < program.size(); ++i) {
    for (size_t k = 0; k < program[i].size(); ++k) {
      const char kind = program[i][k].kind;
      if (kind == 'R' || kind == 'U' || kind == 'X') text += std::to_string(memory.seen[i][k]) + " ";
    }
  }
  text += ";";
  for (const auto* place : memory.places) text += " " + std::to_string(place->load());
  return text;
}

void run_once(Engine& run, const LitmusProgram& program,
              std::string (*told)(const LitmusProgram&, const Memory&)) {
  Memory memory;
  for (size_t i = 0; i < program.size(); ++i) {
    memory.seen.emplace_back(program[i].size(), 0);
    run.thread("thread " + std::to_string(i), [&, i] {
      for (size_t k = 0; k < program[i].size(); ++k)
        perform(program[i][k], *memory.places[program[i][k].place], memory.seen[i][k]);
    });
  }
  if (run.join()) run.outcome(told(program, memory));
}

}  // namespace

LitmusProgram read_litmus(const std::string& text) {
  LitmusProgram program(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "|") {
      program.emplace_back();
    } else {
      program.back().push_back(read_instruction(word));
    }
  }
  return program;
}

std::string to_text(const LitmusProgram& program) {
  std::string text;
  for (const auto& thread : program) {
    if (&thread != &program.front()) text += "| ";
    for (const Instruction& one : thread) {
      text += one.kind;
      if (one.kind != 'F') text += "xyzw"[one.place];
      if (one.kind != 'F' && one.kind != 'R') text += std::to_string(one.value);
      for (const auto& [name, order] : orders()) {
        if (order == one.order) text += "." + name + " ";
      }
    }
  }
  return text;
}

Outcome run_litmus(const LitmusProgram& program, const Limits& limits) {
  return explore(limits, [&](Engine& run) { run_once(run, program, &values_text); });
}

Outcome graphs_of(const LitmusProgram& program, const Limits& limits) {
  return explore(limits, [&](Engine& run) {
    run_once(run, program, [](const LitmusProgram&, const Memory&) { return Engine::current().graph(); });
  });
}

}  // namespace harness::model
