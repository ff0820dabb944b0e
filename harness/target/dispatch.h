// Dispatch: hands cases to a target's workers and takes their histories back.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/case.h"
#include "core/event.h"
#include "target/target.h"

namespace harness {

// What came back for one case.
struct Delivered {
  const Case* plan = nullptr;
  History history;
  int64_t duration_ns = 0;
};

struct DispatchOrder {
  const Target* target = nullptr;
  std::vector<const Case*> cases;
  int jobs = 1;
  Denied denied;
  std::vector<std::string> keep_away;
  int interrupt = -1;  // readable when all is to end at once
  // Told of each worker before its first case: what it said of itself, and the counts of run/litmus.h.
  std::function<void(const nlohmann::json& hello, const nlohmann::json& litmus)> on_hello;
};

struct DispatchOutcome {
  bool interrupted = false;
  std::vector<std::string> lost;                    // what this machine denied the workers
  nlohmann::json facts = nlohmann::json::object();  // WorkerLink::facts() of the first
  std::map<const Case*, std::string> left_out;      // cases that cannot run there, and why
  int run_again = 0;                                // cases that were disturbed from outside
  int workers = 0;                                  // how many were opened, those that ended early included
};

// Runs all cases, at most `jobs` at a time, and gives each result to `deliver` in the plan's order; an error
// from it ends the run. A worker that dies is replaced, its case is delivered with a `lost` "worker" event,
// and the others go on.
Result<DispatchOutcome> dispatch(const DispatchOrder& order, const std::function<Status(Delivered)>& deliver);

}  // namespace harness
