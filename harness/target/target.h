// Target: where and how cases run, and what a pass there means. How a worker is reached: this machine, a
// guest, later another host. A target is a file that registers itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/registry.h"
#include "base/result.h"
#include "os/fd.h"
#include "os/sandbox.h"

namespace harness {

// An open worker: the coordinator's end of its stream, and the process behind it.
struct WorkerLink {
  Fd stream;
  pid_t process = -1;
};

struct WorkerRequest {
  int slot = 0;  // 0…jobs-1: which of the parallel workers
  Denied denied;
  std::vector<std::string> keep_away;
};

class Target {
 public:
  virtual ~Target() = default;

  virtual std::string_view id() const = 0;
  virtual std::string_view summary() const = 0;

  // The evidence limits, for reports: what a pass here shows, and what it cannot.
  virtual std::vector<std::string> shows() const = 0;
  virtual std::vector<std::string> cannot_show() const = 0;

  // Whether it can run here at all; the error says why not (Blame::unavailable).
  virtual Status availability() const = 0;

  // Starts one worker. It speaks run/protocol.h, hello first.
  virtual Result<WorkerLink> open_worker(const WorkerRequest& request) const = 0;
};

using Targets = Registry<Target>;

}  // namespace harness
