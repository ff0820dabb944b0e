// Model mode: a case whose only role is a variant's model program (harness/model/program.h), which explores
// all executions of the variant's template. It is found beside the variant: subjects/<id>/model/<variant> for
// subjects/<id>/correct/<variant>.
#pragma once

#include <string>

#include "core/case.h"

namespace harness {

inline constexpr const char* kModelMode = "model";

// Replaces the cases of this target by one for each exploration that the variant's model program has. A
// variant without one is left out by name, a scenario of which nothing is left is noted as skipped.
void put_models_in_place(Plan& plan, const std::string& target);

}  // namespace harness
