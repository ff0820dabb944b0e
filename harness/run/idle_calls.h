// Idle calls: how many system calls a thread makes in a row that come to nothing while nobody else runs.
// Counted, not timed, so that the same program gives the same answer on a busy machine.
//
// A run of calls begins anew when one of them has moved bytes or taken a connection, and when any other
// thread of the case has run, which is looked at every few calls by its count of context switches.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "os/tracer.h"

namespace harness {

constexpr int64_t kNotWaitedOut = 1000;  // a run this long ends the case

class IdleCalls {
 public:
  // Adds the calls that have to stop for it.
  static void watch(std::set<long>& calls, std::set<long>& exits);

  // Told of every stop at a call. True when its run has become so long that it is not waited out.
  bool on_call(const Stop& stop, const std::vector<Tracer::Task>& tasks);

  // The longest run of a role: {in_vain, by_call}.
  nlohmann::json longest_of(int role) const;

  // The call that was made most often in it.
  std::string most_made_of(int role) const;

 private:
  using Counts = std::map<long, int64_t>;
  struct Run {
    Counts by_call;
    int64_t in_vain = 0;
    std::string others;  // what was read of all other threads when it was last looked at them
  };
  struct Longest {
    int64_t in_vain = 0;
    Counts by_call;
  };

  std::map<pid_t, Run> runs_;       // by thread
  std::map<int, Longest> longest_;  // by role
};

}  // namespace harness
