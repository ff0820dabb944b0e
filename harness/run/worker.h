// Worker: takes cases from a stream, runs them one after another, streams back their histories.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "os/sandbox.h"
#include "run/litmus.h"

namespace harness {

struct WorkerOrder {
  int stream = -1;  // both directions
  int cpu = -1;     // the one CPU of this worker and its cases; -1 leaves it to the kernel
  Denied denied;
  LitmusExtent litmus;                 // what the hello's counts are taken from
  std::vector<std::string> keep_away;  // paths that the sandbox must not cover
  bool accepts_files = false;          // obeys "put": only where all files are the coordinator's
  nlohmann::json facts;                // what the hello says besides: an object, or null
};

// Serves until the stream ends. Returns an exit status. Must be called in a process with one thread.
int serve(const WorkerOrder& order);

}  // namespace harness
