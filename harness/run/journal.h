// RoleJournal: the supervisor's side of the memory that it shares with a role (see probe/journal.h).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/event.h"

struct harness_journal;

namespace harness {

// Where a thread is parked.
struct Parked {
  std::string probe;
  int nth = 0;
  uint64_t return_address = 0;      // of the probe in the program's own code; 0 when that is not known
  std::vector<uint64_t> functions;  // of the probe library; the first passes a probe
};

class RoleJournal {
 public:
  // Makes the file. It stays mapped from case to case, since the zygotes of the role have it mapped as well.
  static Result<RoleJournal> create(const std::string& path);

  RoleJournal(RoleJournal&& other) noexcept;
  RoleJournal& operator=(RoleJournal&&) = delete;
  ~RoleJournal();

  const std::string& path() const { return path_; }

  // Makes it empty again and lays a role's points into it.
  Status begin(const std::vector<std::string>& probes);

  // Says which process writes here, where it cannot claim that itself: a zygote's copy.
  void give_to(pid_t pid);

  // Makes a process of this role park at its nth arrival (1…64) at a probe. Must be called before the role
  // starts.
  void park_at(const std::string& probe, int nth);

  // Makes every process of this role park at each arrival at each of its points. Likewise before it starts.
  void park_everywhere();

  // Whether the role's process has come to its own code: what it called before was the loader's, and its
  // runtime's.
  bool is_attached() const;

  // Where this thread of the role has parked itself, or, of tid 0, any thread of the process; nullopt when it
  // has not, so that its stop has another cause.
  std::optional<Parked> parked(pid_t pid, pid_t tid) const;

  // What HARNESS_PROBE returns when the parked thread goes on.
  void answer(pid_t pid, int reply);

  // What the processes of the role wrote: events of the named role, with times as written (CLOCK_MONOTONIC).
  // When more was said than fits, the last event is `lost` "operations". `has_children`: other processes of
  // the role may have written as well; what they wrote is taken away.
  History drain(const std::string& role, bool has_children);

 private:
  RoleJournal(std::string path, harness_journal* memory) : path_(std::move(path)), memory_(memory) {}
  harness_journal* of_process(pid_t pid) const;
  void forget_children();

  std::string path_;
  harness_journal* memory_ = nullptr;
  mutable std::vector<std::pair<pid_t, harness_journal*>>
      children_;  // journals of forked processes, once seen
};

}  // namespace harness
