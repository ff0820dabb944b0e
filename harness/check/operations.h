// Operations: what a program says it did, each invocation beside its answer.
#pragma once

#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/finding.h"

namespace harness {

// One operation of one thread. Either end may be missing: the process died in between, or a record was lost.
struct Operation {
  const Event* invoke = nullptr;
  const Event* answer = nullptr;  // ok, fail or info

  int64_t object() const { return (invoke ? invoke : answer)->value(0); }
  int begin() const { return (invoke ? invoke : answer)->index; }
  bool is_ok() const { return answer && answer->kind == EventKind::ok; }
  // It may or may not have taken effect.
  bool is_unknown() const { return !answer || answer->kind == EventKind::info; }
};

// All operations of that name that began before the clean-up, by their beginning. An answer that only the
// clean-up brought about is left out.
std::vector<Operation> operations(const History& history, std::string_view name);

// True for one end of an operation of that name.
bool is_operation(const Event& event, std::string_view name);

// True when operations of this instance are missing in the history; with "" when operations of anyone are.
bool operations_lost(const History& history, std::string_view instance = "");

// What a checker of operations says where some are missing: its failures, or else that it cannot say.
std::vector<Finding> unless_operations_lost(const History& history, std::vector<Finding> findings);

}  // namespace harness
