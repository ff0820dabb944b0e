// What a model program said of its exploration (harness/model/program.h): the last line that it wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/event.h"

namespace harness {

struct Explored {
  std::string exploration;
  nlohmann::json bound;  // {"items": 4, "slots": 2, "deaths": 1}
  uint64_t executions = 0;
  uint64_t states = 0;    // contents of memory with which they ended
  uint64_t endless = 0;   // given up in a loop that is no wait
  bool complete = false;  // all executions within the bound
  std::string kind;       // of the failure: data race, deadlock, violated; "" when nothing is wrong
  std::string message;
  std::string choices;        // that lead there again
  int event = -1;             // where it stands in the history
  std::vector<int> evidence;  // events of the steps that show the failure
};

// A step of the failing execution: a note of the thread that took it, in the order of the execution.
bool is_step(const Event& event);

// nullopt when nothing of the kind was recorded.
std::optional<Explored> explored_in(const History& history);

// "explored 103628 executions with 12 states at their end, all up to 4 items, 2 slots"
std::string explored_words(const Explored& explored);

// "4 items, 2 slots, 1 deaths"
std::string bound_words(const nlohmann::json& bound);

}  // namespace harness
