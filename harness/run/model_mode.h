// Model mode: a case whose only role is a variant's model program (harness/model/program.h), which explores
// all executions of the variant's template. It is found beside the variant: subjects/<id>/model/<variant> for
// subjects/<id>/correct/<variant>.
#pragma once

#include <string>

#include "core/case.h"
#include "core/event.h"

namespace harness {

inline constexpr const char* kModelMode = "model";

// Replaces the cases of this target by one for each exploration that the variant's model program has. A
// variant without one is left out by name, a scenario of which nothing is left is noted as skipped.
void put_models_in_place(Plan& plan, const std::string& target);

// How much of a model program's output is read: the steps of an execution are long.
inline constexpr size_t kModelOutputKept = 1 << 20;

// What a model program said of its failing execution stands in its last line. Here each step becomes an event
// (`note`, named step) of the thread that took it, in the order of the execution, and the line is left
// without them. `time_ns` only counts on from the output's: a step of the model has no time.
void tell_steps(History& history);

}  // namespace harness
