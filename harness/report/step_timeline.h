// The timeline of an execution of the model: a lane for each thread, a span for each step, and from each read
// a link to the write that it read. A step has no time; it has a number, from 1.
#pragma once

#include "core/event.h"
#include "report/timeline.h"

namespace harness {

// False for a history in which no model program told a failing execution: it is laid out by timeline_of().
bool has_steps(const History& history);

// Times are the numbers of steps, and the history's other events have no place in it.
Timeline step_timeline_of(const History& history);

// The events of the steps, in their order; `time_ns` is the number of the step.
History steps_of(const History& history);

}  // namespace harness
