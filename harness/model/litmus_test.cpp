#include "model/litmus.h"

#include <random>

#include <boost/test/unit_test.hpp>

#include "base/sanitizer.h"

using namespace harness::model;

BOOST_AUTO_TEST_SUITE(Litmus)

namespace {

// A sanitizer makes each of them ten times as slow.
constexpr int kTenth = harness::kHasSanitizer ? 10 : 1;

// How many outcomes the program has, and one that tells it from others with whether it is allowed.
struct Known {
  const char* name;
  const char* program;
  size_t outcomes;
  const char* telling;
  bool allowed;
};

const Known kKnown[] = {
#include "model/litmus_table.inc"
};

std::string joined(const std::set<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

LitmusProgram random_program(std::mt19937& random) {
  const auto below = [&](unsigned limit) { return static_cast<size_t>(random() % limit); };
  const Order of_write[] = {Order::relaxed, Order::release, Order::seq_cst};
  const Order of_read[] = {Order::relaxed, Order::acquire, Order::seq_cst};
  const Order of_change[] = {Order::relaxed, Order::acquire, Order::release, Order::acq_rel, Order::seq_cst};
  const Order of_fence[] = {Order::acquire, Order::release, Order::acq_rel, Order::seq_cst};
  LitmusProgram program(2 + below(2));
  uint64_t next = 1;
  for (auto& thread : program) {
    const size_t count = 1 + below(program.size() == 2 ? 4 : 3);
    for (size_t i = 0; i < count; ++i) {
      Instruction one{.kind = "WWWRRRUXF"[below(9)], .place = static_cast<int>(below(2)), .value = 0};
      if (one.kind == 'W' || one.kind == 'X') one.value = next++;
      if (one.kind == 'U') one.value = 1;
      one.order = one.kind == 'W'   ? of_write[below(3)]
                  : one.kind == 'R' ? of_read[below(3)]
                  : one.kind == 'F' ? of_fence[below(4)]
                                    : of_change[below(5)];
      thread.push_back(one);
    }
  }
  return program;
}

}  // namespace

BOOST_AUTO_TEST_CASE(EachProgramHasItsKnownOutcomes) {
  BOOST_TEST(std::size(kKnown) >= 20U);
  for (const Known& known : kKnown) {
    const Outcome found = run_litmus(read_litmus(known.program));
    BOOST_TEST(found.exhausted);
    BOOST_TEST(found.outcomes.size() == known.outcomes, known.name << ": " << found.outcomes.size() << "\n"
                                                                   << joined(found.outcomes));
    bool is_there = false;
    for (const std::string& text : found.outcomes) is_there = is_there || text.starts_with(known.telling);
    BOOST_TEST(is_there == known.allowed, known.name << ": " << known.telling);
  }
}

BOOST_AUTO_TEST_CASE(TheAxiomsSayTheSameOfEachKnownProgram) {
  for (const Known& known : kKnown) {
    const LitmusProgram program = read_litmus(known.program);
    BOOST_TEST(joined(run_litmus(program).outcomes) == joined(outcomes_by_axioms(program)), known.name);
  }
}

BOOST_AUTO_TEST_CASE(TheAxiomsSayTheSameOfRandomPrograms) {
  std::mt19937 random(20);
  for (int i = 0; i < 300 / kTenth; ++i) {
    const LitmusProgram program = random_program(random);
    const std::string model = joined(run_litmus(program).outcomes);
    const std::string axioms = joined(outcomes_by_axioms(program));
    BOOST_REQUIRE_MESSAGE(model == axioms, to_text(program) << "\nmodel:\n"
                                                            << model << "axioms:\n"
                                                            << axioms);
  }
}

// Each graph is run once: the same graphs as without any reduction, and as many executions as graphs.
BOOST_AUTO_TEST_CASE(NoExecutionIsLostOrRunTwice) {
  std::mt19937 random(7);
  for (int i = 0; i < 200 / kTenth; ++i) {
    const LitmusProgram program = random_program(random);
    const Outcome reduced = graphs_of(program);
    const Outcome all = graphs_of(program, {.reduce = false});
    BOOST_REQUIRE_MESSAGE(joined(reduced.outcomes) == joined(all.outcomes), to_text(program));
    BOOST_REQUIRE_MESSAGE(reduced.executions == reduced.outcomes.size(), to_text(program));
    BOOST_REQUIRE(reduced.executions <= all.executions);
    BOOST_REQUIRE(joined(run_litmus(program).outcomes) ==
                  joined(run_litmus(program, {.reduce = false}).outcomes));
  }
}

BOOST_AUTO_TEST_SUITE_END()
