// Target: where and how cases run, and what a pass there means. How a worker is reached: this machine, a
// guest, later another host. A target is a file that registers itself.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/registry.h"
#include "base/result.h"
#include "core/case.h"
#include "os/program.h"
#include "os/sandbox.h"

namespace harness {

// The first of the case's needs that is lacking: why it is, or "".
std::string lack_of(const Case& plan, const std::map<std::string, std::string>& lacks);

// An open worker, as its target reaches it. It speaks run/protocol.h.
class WorkerLink {
 public:
  virtual ~WorkerLink() = default;

  // The coordinator's end of the stream; what it says is read from here.
  virtual int stream() const = 0;

  // What the target has read from the stream already, and hands on: the beginning of what is to be read.
  virtual std::string take_unread() { return ""; }

  // Why the case cannot run there, or "". Asked after the hello.
  virtual std::string cannot_run(const Case& plan) const;

  // Hands over a case, and before it whatever it needs there. An error when the worker is gone.
  virtual Status give(const Case& plan) = 0;

  // Sees every message first. True for one that is between the worker and its target alone.
  virtual bool on_message(const nlohmann::json& message);

  // For how long a worker may be silent over this case before it counts as lost; 0 as long as it lives.
  virtual int64_t patience_ns(const Case& /*plan*/) const { return 0; }

  // True when something outside of the case held the worker up since the last time that this was asked: what
  // it says of that case is then worth nothing, and the case is to be run again.
  virtual bool was_disturbed() { return false; }

  // Tells the worker to clean up and go; it need not have gone when this returns.
  virtual void hang_up() = 0;

  // Waits for its end, by force where that does no harm, and takes away what it cannot any more. Says how it
  // ended, and what its machine said last.
  virtual std::string end() = 0;

  // The counts of run/litmus.h from where the cases run, known after the hello.
  const nlohmann::json& litmus() const { return litmus_; }

  // What a report says of the machine behind it: an object, known after the hello.
  virtual nlohmann::json facts() const { return nlohmann::json::object(); }

 protected:
  nlohmann::json litmus_ = nlohmann::json::array();
  std::map<std::string, std::string> lacks_;  // abilities, by name, and why they are not there
};

struct WorkerRequest {
  int slot = 0;  // 0…jobs-1: which of the parallel workers
  Denied denied;
  std::vector<std::string> keep_away;
  int interrupt = -1;  // readable when waiting is to end at once
  int64_t litmus_rounds =
      0;  // of each test of run/litmus.h before the hello; 0: the few that a run spends on it
};

class Target {
 public:
  virtual ~Target() = default;

  virtual std::string_view id() const = 0;
  virtual std::string_view summary() const = 0;

  // The evidence limits, for reports: what a pass here shows, and what it cannot.
  virtual std::vector<std::string> shows() const = 0;
  virtual std::vector<std::string> cannot_show() const = 0;

  // Which build of the subjects it runs: a folder beside the harness's own build, or "" for that itself; the
  // architecture of the programs that it can run; and the command that makes both it and its build.
  virtual std::string build() const { return ""; }
  virtual std::string architecture() const { return own_architecture(); }
  virtual std::string made_by() const { return "ci/quickstart"; }

  // Variables that every role gets; the values of a role's own are put behind these with a colon.
  virtual std::map<std::string, std::string> environment() const { return {}; }

  // Abilities that its build lacks, by name, and why, before any worker is asked.
  virtual std::map<std::string, std::string> lacks() const { return {}; }

  // Whether it sees what the threads of one process do to each other, so that programs which can are run in
  // that way as well (run/thread_mode.h).
  virtual bool has_threads() const { return false; }

  // Whether its programs are built with code around each access, which lets fewer weak orders show than plain
  // code does.
  virtual bool instruments_accesses() const { return false; }

  // Whether it runs model programs in place of a scenario's cases (run/model_mode.h).
  virtual bool explores_models() const { return false; }

  // The targets to ask before a failure here is called the program's: one that none of them shares is
  // suspected to be the emulator's.
  virtual std::vector<std::string> second_opinions() const { return {}; }

  // Whether it can run here at all; the error says why not (Blame::unavailable).
  virtual Status availability() const = 0;

  // Starts one worker. Its first message is its hello.
  virtual Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const = 0;
};

using Targets = Registry<Target>;

}  // namespace harness
