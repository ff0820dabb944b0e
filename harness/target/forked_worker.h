// A worker on this machine: a fork of the coordinator.
#pragma once

#include <memory>

#include "base/result.h"
#include "target/target.h"

namespace harness {

Result<std::unique_ptr<WorkerLink>> fork_worker(const WorkerRequest& request);

}  // namespace harness
