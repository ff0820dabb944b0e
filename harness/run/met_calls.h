// Met calls: the system calls of the roles that an exploration looks at, as points at which a fault may
// strike.
#pragma once

#include <sys/types.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/event.h"
#include "core/fault.h"
#include "os/descriptors.h"

namespace harness {

// All calls of this machine at which a role can be stopped, and those of them that return.
const std::set<long>& explorable_calls();
const std::set<long>& returning_calls();

// What a call on a descriptor is about: the descriptor, and the words (core/fault.h, Object) that name it,
// the one that says most first.
struct CallObject {
  std::vector<std::string> words;
  std::string kind;
  bool is_nonblocking = false;
  bool is_edge_triggered = false;
};

// Counts arrivals, and tells of all of them in one event for each process, since one for each call would be
// most of a record.
class MetCalls {
 public:
  struct Call {
    pid_t pid = 0;
    int role = 0;
    std::string name;
    InjectionPoint::Edge edge = InjectionPoint::Edge::enter;
    std::array<uint64_t, 6> args{};
    CallObject object;
    std::optional<uint64_t> asked;  // bytes, at the entry of a call that moves some
  };

  void on_call(const Call& call);

  // By role and process: the data of an event EventKind::met.
  std::map<std::pair<int, pid_t>, nlohmann::json> told() const;

 private:
  struct Point {
    CallObject object;
    std::vector<int> arrivals;
    std::vector<uint64_t> asked;  // bytes, of a call that moves some: as many as arrivals
  };
  struct Process {
    std::map<std::string, int> counts;  // by point, for each word that names its object
    std::vector<std::string> order;     // the points in the order in which they were first met
    std::map<std::string, Point> points;
  };

  std::map<std::pair<int, pid_t>, Process> processes_;
};

}  // namespace harness
